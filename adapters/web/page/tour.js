// The stories that the page leads through, one at a time, step by step.

import {el, icon} from './dom.js';

export class Tour {
  #steps = []; // in the order of the program, each with its item
  #story = null; // the one that is shown
  #skips = false;
  #closed = false;

  // start is called with a step that somebody chose.
  constructor(root, start) {
    this.root = root;
    this.start = start;
    this.list = root.querySelector('ol');
    this.hint = root.querySelector('#step-hint');
    this.switch = root.querySelector('.stories');
    root.querySelector('#steps-hide').addEventListener('click', () => {
      this.#closed = true;
      root.hidden = true;
    });
  }

  // reset takes all steps. skips says that the clock can be moved.
  reset(steps, skips) {
    this.#skips = skips;
    this.#steps = steps.map((step, i) => ({...step, item: this.#item(step, i)}));
    this.root.hidden = !steps.length || this.#closed;
    const stories = this.#stories();
    if (!stories.includes(this.#story)) this.#story = stories[0];
    this.root.querySelector('h2').hidden = stories.length > 1;
    this.switch.hidden = stories.length < 2;
    this.switch.replaceChildren(...(stories.length < 2 ? [] : stories).map((story) => el('button', {
      type: 'button', class: 'story', text: story, data: {story}, on: {click: () => this.#show(story)},
    })));
    this.#show(this.#story);
  }

  #stories() {
    return [...new Set(this.#steps.map((step) => step.story ?? ''))];
  }

  #item(step, i) {
    return el('li', {data: {step: i, done: step.done}},
      el('button', {type: 'button', class: 'step', title: step.hint, on: {click: () => this.start(step)}},
        el('span', {class: 'tick'}, icon('check')), el('span', {class: 'step-label', text: step.label}),
        el('span', {class: 'hidden step-state', text: step.done ? ', done' : ''})));
  }

  #show(story) {
    this.#story = story;
    for (const button of this.switch.children) button.setAttribute('aria-pressed', String(button.dataset.story === story));
    this.list.replaceChildren(...this.#shown().map(({item}) => item));
    this.#count();
  }

  #shown(story = this.#story) {
    return this.#steps.filter((step) => (step.story ?? '') === story);
  }

  // tick marks a step as done.
  tick(i) {
    const step = this.#steps[i];
    if (!step) return;
    step.done = true;
    step.item.dataset.done = 'true';
    step.item.querySelector('.step-state').textContent = ', done';
    this.#count();
  }

  // What was passed over on the way can still be done, but nobody waits for it.
  #next(story) {
    const steps = this.#shown(story);
    return steps[steps.findLastIndex(({done}) => done) + 1];
  }

  #count() {
    const next = this.#next(this.#story);
    for (const step of this.#steps) step.item.dataset.next = String(step === next);
    for (const button of this.switch.children) button.dataset.done = String(!this.#next(button.dataset.story));
    this.root.dataset.done = String(this.#steps.length > 0 && !next);
    this.hint.textContent = next ? next.hint : this.#steps.length ? this.#end() : '';
  }

  #end() {
    const other = this.#stories().find((story) => this.#next(story));
    if (other) return `That is the whole round. There is another one: ${other}.`;
    return this.#skips ? 'That is the whole round. Now skip ahead and see what it remembers.' : 'That is the whole round.';
  }
}
