// Times come with the offset of the program's zone. What people read is the
// wall clock there, wherever the browser is, so the page counts in wall time:
// milliseconds as if the program's zone were UTC.

import {replay} from './dom.js';

const format = (options) => {
  const f = new Intl.DateTimeFormat('en-GB', {timeZone: 'UTC', ...options});
  return (wall) => f.format(wall);
};

export const hourMinute = format({hour: '2-digit', minute: '2-digit'});
const withSeconds = format({hour: '2-digit', minute: '2-digit', second: '2-digit'});
export const shortDay = format({weekday: 'short', day: 'numeric', month: 'short'});
const longDay = format({weekday: 'long', day: 'numeric', month: 'long'});

const day = 24 * 60 * 60 * 1000;

// wallTime reads a timestamp of the program.
export function wallTime(stamp) {
  return Date.parse(/^\d+-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?/.exec(stamp)[0] + 'Z');
}

export const sameDay = (a, b) => Math.floor(a / day) === Math.floor(b / day);

// dayName says which day it is, seen from now.
export function dayName(wall, now) {
  if (sameDay(wall, now)) return 'Today';
  if (sameDay(wall + day, now)) return 'Yesterday';
  return longDay(wall);
}

// A Clock shows the program's time and ticks on between its readings.
export class Clock {
  #base = 0;
  #read = 0;
  #listeners = [];

  constructor(root) {
    this.root = root;
    this.day = root.querySelector('#clock-day');
    this.time = root.querySelector('#clock-time');
    setInterval(() => this.#show(), 1000);
  }

  // set takes a reading. moved says that somebody skipped ahead.
  set(stamp, moved = false) {
    this.#base = wallTime(stamp);
    this.#read = performance.now();
    this.#show();
    if (moved) replay(this.root, 'moved');
    for (const listener of this.#listeners) listener(this.now(), moved);
  }

  now() {
    return this.#base + performance.now() - this.#read;
  }

  // onReading calls f after every reading.
  onReading(f) {
    this.#listeners.push(f);
  }

  toString() {
    return shortDay(this.now()) + ', ' + hourMinute(this.now());
  }

  #show() {
    if (!this.#base) return;
    this.day.textContent = shortDay(this.now());
    this.time.textContent = withSeconds(this.now());
  }
}
