// The picture of some weeks above a chat: who meets when, and what became of it.

import {el, icon, replay} from './dom.js';
import {hourMinute, sameDay, shortDay, wallTime} from './time.js';

const dayLong = 24 * 60 * 60 * 1000;
const weekDays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const words = {
  planned: 'planned', met: 'met', silent: 'no word', absent: 'did not come', couldnt: 'mentor could not', moved: 'moved', off: 'off',
};
const roomy = '(min-width: 721px) and (min-height: 700px)';

const sign = (mark) => icon('mark-' + mark);
const monthDay = (wall) => shortDay(wall).replace(/^\S+\s/, '');

export class Calendar {
  #marks = new Map(); // what was last shown, by meeting
  #asked = 0; // how often it was to be read anew
  #reading = false;

  // clock tells the time; read resolves to the weeks.
  constructor(clock, read) {
    this.clock = clock;
    this.read = read;
    this.sums = el('span', {class: 'sums'});
    this.body = el('tbody');
    this.legend = el('ul', {class: 'legend', 'aria-hidden': 'true'});
    this.node = el('details', {class: 'calendar', open: matchMedia(roomy).matches},
      el('summary', {}, el('h3', {text: 'Meetings'}), this.sums),
      el('table', {'aria-label': 'Meetings of three weeks'},
        el('thead', {}, el('tr', {}, ...weekDays.map((day) => el('th', {scope: 'col', text: day})))), this.body),
      this.legend);
  }

  // refresh shows how things are now. Called again meanwhile, it reads once more.
  async refresh() {
    this.#asked++;
    if (this.#reading) return;
    this.#reading = true;
    for (let seen = 0; seen < this.#asked;) {
      seen = this.#asked;
      try {
        this.#show(await this.read());
      } catch {
        // The page says elsewhere that the program does not answer.
      }
    }
    this.#reading = false;
  }

  #show({from, count, meetings}) {
    const first = wallTime(from), now = this.clock.now();
    const all = meetings.map((meeting) => ({...meeting, wall: wallTime(meeting.at)})).sort((a, b) => a.wall - b.wall || a.name.localeCompare(b.name));
    const before = this.#marks;
    this.#marks = new Map(all.map((meeting) => [meeting.at + meeting.full, meeting.mark]));
    const rows = [];
    for (let week = 0; week < count; week++) {
      const days = weekDays.map((_, i) => first + (7 * week + i) * dayLong);
      rows.push(el('tr', {data: {now: days.some((day) => sameDay(day, now))}},
        ...days.map((day) => this.#day(day, now, all.filter(({wall}) => sameDay(wall, day)), before))));
    }
    this.body.replaceChildren(...rows);
    const used = Object.keys(words).filter((mark) => all.some((meeting) => meeting.mark === mark));
    this.legend.replaceChildren(...used.map((mark) => el('li', {data: {mark}}, sign(mark), words[mark])));
    const current = all.filter(({wall}) => wall >= first + 7 * (count - 1) * dayLong);
    this.sums.replaceChildren('this week', ...used.flatMap((mark) => {
      const n = current.filter((meeting) => meeting.mark === mark).length;
      return n ? [el('span', {class: 'sum', title: words[mark], data: {mark}}, sign(mark), String(n), el('span', {class: 'hidden', text: ' ' + words[mark]}))] : [];
    }));
  }

  #day(day, now, meetings, before) {
    const first = monthDay(day).startsWith('1 ');
    return el('td', {data: {today: sameDay(day, now)}},
      el('span', {class: 'date', text: first ? monthDay(day) : String(new Date(day).getUTCDate())}),
      ...meetings.map((meeting) => {
        const said = `${shortDay(meeting.wall)}, ${hourMinute(meeting.wall)} · ${meeting.full}: ${words[meeting.mark]}`;
        const chip = el('span', {class: 'meeting', title: said, data: {mark: meeting.mark, name: meeting.name}},
          sign(meeting.mark), el('span', {class: 'name', text: meeting.name, dir: 'auto'}), el('span', {class: 'hidden', text: ': ' + words[meeting.mark]}));
        const was = before.get(meeting.at + meeting.full);
        if (was && was !== meeting.mark) replay(chip, 'turned');
        return chip;
      }));
  }
}
