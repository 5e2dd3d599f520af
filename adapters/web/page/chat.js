// One chat: the transcript of a place, as the person in the seat sees it.

import {Composer} from './composer.js';
import {el, icon, calm, replay} from './dom.js';
import {fill, renderMessage} from './message.js';
import {post} from './server.js';
import {dayName, sameDay, wallTime} from './time.js';

const kept = 500; // as many as the program keeps
const together = 3 * 60 * 1000; // messages this close belong together

export class Chat {
  #items = new Map(); // by ref
  #last = null;
  #sticky = true; // the reader is at the end, and stays there
  #top = 0; // where the list was scrolled to

  // clock tells the time; pressed is called after every press.
  constructor(seat, clock, pressed) {
    this.seat = seat;
    this.clock = clock;
    this.pressed = pressed;
    this.composer = new Composer(seat, (text, id) => this.#say(text, id));
    this.list = el('ol', {class: 'messages', role: 'log', 'aria-label': 'Messages in ' + seat.title, tabindex: '0'});
    this.empty = el('div', {class: 'empty'}, icon(seat.private ? 'chat' : 'bell'),
      el('p', {class: 'empty-title', text: seat.private ? 'No messages yet' : 'All quiet'}),
      el('p', {text: seat.private ? 'Tap a command below, or just write.' : 'When somebody raises a concern, it arrives here within seconds.'}));
    this.newest = el('button', {type: 'button', class: 'newest', hidden: true, on: {click: () => this.toEnd(true)}}, icon('down'), 'New message');
    this.toasts = el('div', {class: 'toasts', role: 'status'});
    this.node = el('section', {
      class: 'chat', id: 'chat-' + seat.key, 'aria-label': seat.title,
      data: {seat: seat.key, place: seat.place, private: seat.private},
    }, el('div', {class: 'stage'}, this.list, this.empty, this.newest, this.toasts), this.composer.node);
    this.list.addEventListener('scroll', () => this.#scrolled(), {passive: true});
    new ResizeObserver(() => this.#sticky && this.toEnd()).observe(this.list);
  }

  // reset shows a whole transcript.
  reset(messages, menu) {
    this.list.setAttribute('aria-busy', 'true'); // not to be read out
    this.list.replaceChildren();
    this.#items.clear();
    this.#last = null;
    this.empty.hidden = false;
    for (const message of messages || []) this.#append(message);
    this.list.removeAttribute('aria-busy');
    this.composer.setMenu(menu);
    this.toEnd();
  }

  // take shows a new or changed message, and returns whether it is new.
  take(message) {
    const item = this.#items.get(message.ref);
    if (item) {
      this.#change(item, message);
      return false;
    }
    const stay = !this.#sticky && message.from !== this.seat.account;
    const added = this.#append(message);
    added.classList.add('arriving');
    if (stay) this.newest.hidden = false;
    else this.toEnd(true);
    return true;
  }

  #append(message) {
    const at = wallTime(message.at);
    const last = this.#last;
    if (!last || !sameDay(last.at, at)) {
      this.list.append(el('li', {class: 'day', data: {at: String(at)}}, el('span', {text: dayName(at, this.clock.now())})));
    }
    const item = this.#render(message);
    const from = message.from || '';
    if (last && last.from === from && sameDay(last.at, at) && at - last.at < together) item.classList.add('follows');
    this.#last = {at, from};
    this.#items.set(message.ref, item);
    this.list.append(item);
    this.empty.hidden = true;
    if (this.#items.size > kept) {
      const [oldest, gone] = this.#items.entries().next().value;
      this.#items.delete(oldest);
      gone.remove();
    }
    return item;
  }

  #render(message) {
    return renderMessage(message, this.seat, this.#does(message));
  }

  #does(message) {
    return {
      press: (...a) => this.#press(message.ref, ...a),
      say: (command) => this.#say(command, crypto.randomUUID()),
      again: () => this.#say(message.text[0].t, message.id),
    };
  }

  #change(item, message) {
    const held = item.contains(document.activeElement) ? document.activeElement.dataset.token : null;
    const asked = item.querySelector('.text').textContent;
    fill(item, message, this.seat, this.#does(message));
    // The same question with another button ticked: a reader who is in the
    // middle of many buttons stays there.
    const same = asked === item.querySelector('.text').textContent;
    if (!same) replay(item, 'changed');
    if (this.#sticky && !(same && this.#tall())) this.toEnd(true);
    if (held === null) return;
    // The focus was on a button that was replaced: stay where the reader was.
    const again = [...item.querySelectorAll('.choice')];
    (again.find((b) => b.dataset.token === held) || again[0] || item).focus({preventScroll: true});
  }

  async #say(text, id) {
    try {
      this.toast(await post('/say', {seat: this.seat.key, id, text}));
      return true;
    } catch (error) {
      this.toast({toast: error.message});
      return error.status === 500 || error.status === 503; // then it stands in the chat, marked
    }
  }

  async #press(ref, node, choice) {
    if (node.getAttribute('aria-busy') === 'true') return;
    node.setAttribute('aria-busy', 'true');
    this.pressed(this, choice);
    try {
      this.toast(await post('/press', {seat: this.seat.key, ref, token: choice.token}));
    } catch (error) {
      this.toast({toast: error.message});
    }
    node.removeAttribute('aria-busy');
  }

  // toast shows what the bot answered at once; an alert stays until dismissed.
  toast({toast, alert}) {
    if (!toast) return;
    const node = el('div', {class: 'toast', role: alert ? 'alert' : null, data: {alert: !!alert}}, el('p', {text: toast, dir: 'auto'}));
    if (alert) node.append(el('button', {type: 'button', class: 'ok', text: 'OK', on: {click: () => node.remove()}}));
    else setTimeout(() => node.remove(), 4200 + 30 * toast.length);
    this.toasts.append(node);
    while (this.toasts.childElementCount > 3) this.toasts.firstElementChild.remove();
  }

  // rename sets the names of the days right after the clock moved.
  rename(now) {
    for (const row of this.list.querySelectorAll('.day')) row.firstElementChild.textContent = dayName(Number(row.dataset.at), now);
  }

  // toEnd shows the newest message: its end or, when it is too tall to be seen
  // at once, its beginning, where the question is.
  toEnd(smooth = false) {
    this.#sticky = true;
    this.newest.hidden = true;
    const tall = this.#tall();
    const top = tall ? this.list.lastElementChild.offsetTop - 8 : this.list.scrollHeight;
    this.list.scrollTo({top, behavior: smooth && !tall && !calm() ? 'smooth' : 'instant'});
    this.#top = Math.min(this.#top, this.list.scrollTop); // going up was not the reader's wish
  }

  #tall() {
    const newest = this.list.lastElementChild?.offsetHeight ?? 0; // zero also while the chat is hidden
    return newest > 0 && newest > this.list.clientHeight - 18;
  }

  // scrolled tells a reader who goes back in the transcript from a list that is
  // still on its way to the end.
  #scrolled() {
    const {scrollTop, scrollHeight, clientHeight} = this.list;
    if (scrollHeight - scrollTop - clientHeight < 60) {
      this.#sticky = true;
      this.newest.hidden = true;
    } else if (scrollTop < this.#top) {
      this.#sticky = false;
    }
    this.#top = scrollTop;
  }
}
