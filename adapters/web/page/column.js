// One column: a chat, or several as tabs, under a header that says who sits
// there and shows when somebody was paged.

import {el, icon, replay} from './dom.js';
import {isPage} from './message.js';
import {hourMinute, sameDay, shortDay} from './time.js';

function avatar(seat) {
  return el('span', {class: 'avatar', 'aria-hidden': 'true'},
    seat.private ? [...seat.name][0] || '?' : icon('bell'));
}

// titles say whose chat it is; short, where several share the header.
function titles(seat, short = false) {
  return [
    el('span', {class: 'title', title: seat.title, text: short ? seat.name : seat.title}),
    el('span', {class: 'subtitle', text: seat.subtitle}),
  ];
}

export class Column {
  #paged = 0; // when somebody was paged last
  #settled = true;
  #seen = true; // the column is in view

  // changed is called when what is unread changed.
  constructor(chats, hue, clock, changed) {
    this.chats = chats;
    this.clock = clock;
    this.changed = changed;
    this.unread = new Set();
    this.tabs = new Map();
    this.header = el('header', {class: 'head'});
    this.bar = el('p', {class: 'paged', hidden: true}, icon('bell'), el('span', {class: 'paged-text'}));
    this.node = el('section', {class: 'column', data: {group: chats[0].seat.group, hue}},
      this.header, this.bar, ...chats.map((chat) => chat.node));
    if (chats.length === 1) {
      this.node.setAttribute('aria-label', chats[0].seat.title);
      this.header.append(avatar(chats[0].seat), el('h2', {class: 'names'}, ...titles(chats[0].seat)));
    } else {
      this.#addTabs();
    }
    this.show(chats[0]);
    setInterval(() => this.age(), 5000);
  }

  #addTabs() {
    this.header.setAttribute('role', 'tablist');
    for (const chat of this.chats) {
      const {seat} = chat;
      const tab = el('button', {
        type: 'button', role: 'tab', class: 'tab', id: 'tab-' + seat.key, 'aria-controls': chat.node.id, data: {tab: seat.key},
        on: {click: () => this.show(chat), keydown: (event) => this.#arrow(event)},
      }, avatar(seat), el('span', {class: 'names'}, ...titles(seat, seat.private)), el('span', {class: 'dot'}));
      chat.node.setAttribute('role', 'tabpanel');
      chat.node.setAttribute('aria-labelledby', tab.id);
      this.tabs.set(chat, tab);
      this.header.append(tab);
    }
  }

  #arrow(event) {
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!step) return;
    const next = this.chats[(this.chats.indexOf(this.open) + step + this.chats.length) % this.chats.length];
    this.show(next);
    this.tabs.get(next).focus();
  }

  // put shows something between the header and the chats.
  put(node) {
    this.bar.after(node);
  }

  // show opens a chat of the column.
  show(chat) {
    this.open = chat;
    for (const other of this.chats) {
      other.node.hidden = other !== chat;
      const tab = this.tabs.get(other);
      tab?.setAttribute('aria-selected', String(other === chat));
      tab?.setAttribute('tabindex', other === chat ? '0' : '-1');
    }
    chat.toEnd();
    this.#read();
  }

  // inView says whether the reader can see the column.
  inView(yes) {
    this.#seen = yes;
    this.#read();
  }

  // arrived notes a new message of the bot in a chat.
  arrived(chat, message) {
    if (chat !== this.open || !this.#seen) this.unread.add(chat);
    this.#mark();
    if (!message.quiet && isPage(message)) this.#page();
  }

  #read() {
    if (this.#seen) this.unread.delete(this.open);
    this.#mark();
  }

  #mark() {
    for (const [chat, tab] of this.tabs) tab.dataset.unread = String(this.unread.has(chat));
    this.node.dataset.unread = String(this.unread.size > 0);
    this.changed(this);
  }

  // page makes it plain that people's phones ring now.
  #page() {
    this.#paged = this.clock.now();
    this.#settled = false;
    this.bar.hidden = false;
    this.node.dataset.paged = 'now';
    replay(this.node, 'ringing');
    this.age();
  }

  // settle ends the alarm: a message of the channel changed, since somebody
  // took care.
  settle() {
    this.#settled = true;
    this.age();
  }

  // age shows how long ago it was, also when the clock was moved.
  age() {
    if (!this.#paged) return;
    const now = this.clock.now();
    const fresh = !this.#settled && now - this.#paged < 60000;
    const when = (sameDay(now, this.#paged) ? '' : shortDay(this.#paged) + ', ') + hourMinute(this.#paged);
    this.node.dataset.paged = fresh ? 'now' : 'earlier';
    this.bar.lastElementChild.textContent = (fresh ? 'Paged just now, ' : 'Last paged ') + when;
  }
}
