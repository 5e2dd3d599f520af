// The foot of a chat: commands to tap, and a line to type in.

import {el, icon} from './dom.js';

export class Composer {
  #sends = false; // the key that is being typed sends
  #unsent = null; // a text that was not taken, with its id

  // send is called with a text and an id, and resolves to whether it was taken.
  constructor(seat, send) {
    this.send = send;
    this.chips = el('div', {class: 'chips', role: 'group', 'aria-label': 'Commands'});
    this.input = el('textarea', {
      id: 'say-' + seat.key, class: 'say', rows: '1', maxlength: '20000', dir: 'auto', autocomplete: 'off',
      placeholder: 'Write as ' + seat.name, 'aria-label': `Write as ${seat.name} in ${seat.title}`, enterkeyhint: 'send',
      on: {
        input: () => this.#grow(),
        keydown: (event) => this.#key(event),
        beforeinput: (event) => this.#line(event),
      },
    });
    this.button = el('button', {
      type: 'button', id: 'send-' + seat.key, class: 'send', 'aria-label': 'Send', disabled: true,
      on: {click: () => this.#submit()},
    }, icon('send'));
    this.node = el('div', {class: 'composer'}, this.chips, el('div', {class: 'line'}, this.input, this.button));
  }

  // setMenu offers the commands of the chat.
  setMenu(items) {
    this.chips.hidden = !items?.length;
    this.chips.replaceChildren(...(items || []).map((item) => el('button', {
      type: 'button', class: 'chip', text: '/' + item.name, title: item.description, data: {command: item.name},
      'aria-label': `/${item.name}: ${item.description}`,
      on: {click: () => this.send('/' + item.name, crypto.randomUUID())},
    })));
  }

  #key(event) {
    this.#sends = event.key === 'Enter' && !event.shiftKey && !event.isComposing;
    if (!this.#sends) return;
    event.preventDefault();
    this.#submit();
  }

  // line keeps out the line break of an Enter that has sent: keyboards on
  // screens, and programs that type, may still insert it.
  #line(event) {
    if (this.#sends && event.inputType === 'insertLineBreak') event.preventDefault();
    this.#sends = false;
  }

  // submit empties the line at once, for what comes next, and gives the text
  // back when it was not taken.
  async #submit() {
    const text = this.input.value;
    if (!text.trim()) return;
    // The same text again has the same id: had the program taken it after all,
    // and only its answer was lost, it knows that this is no second message.
    const id = this.#unsent?.text === text ? this.#unsent.id : crypto.randomUUID();
    this.#unsent = null;
    this.#set('');
    if (await this.send(text, id)) return;
    this.#unsent = {text, id};
    if (!this.input.value) this.#set(text);
  }

  #set(text) {
    this.input.value = text;
    this.#grow();
  }

  #grow() {
    this.button.disabled = !this.input.value.trim();
    this.input.style.height = 'auto';
    this.input.style.height = Math.min(this.input.scrollHeight, 132) + 'px';
  }
}
