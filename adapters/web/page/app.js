// The page: builds the columns from the program's state, and passes on what
// changes.

import {Chat} from './chat.js';
import {Column} from './column.js';
import {el, icon, calm, replay} from './dom.js';
import {listen, post} from './server.js';
import {Clock} from './time.js';

const $ = (id) => document.getElementById(id);
const clock = new Clock($('clock'));
const chats = new Map(); // by seat key
let columns = [];
let shape = ''; // of the seats that are shown
let hints = []; // by step
let opened = null; // a press that asked for something to read in private
let watcher = null; // of which columns are in view

function build(seats) {
  watcher?.disconnect();
  chats.clear();
  const groups = Map.groupBy(seats, (seat) => seat.group);
  columns = [...groups.values()].map((group, i) => new Column(group.map((seat) => {
    const chat = new Chat(seat, clock, pressed);
    chats.set(seat.key, chat);
    return chat;
  }), i % 3, clock, markPlace));
  $('columns').replaceChildren(...columns.map((column) => column.node));
  $('columns').style.setProperty('--columns', columns.length);
  $('places').replaceChildren(...columns.map((column) => {
    const {key, title, name} = column.chats[0].seat;
    const short = column.chats.length === 1 && name ? name : title;
    return el('button', {
      type: 'button', class: 'place', title, data: {place: key}, on: {click: () => goTo(column)},
    }, el('span', {text: short}), el('span', {class: 'dot'}));
  }));
  watcher = new IntersectionObserver((entries) => {
    for (const {target, isIntersecting} of entries) {
      const column = columns.find((c) => c.node === target);
      column.inView(isIntersecting);
      placeOf(column).setAttribute('aria-current', String(isIntersecting));
    }
  }, {root: $('columns'), threshold: 0.55});
  for (const column of columns) watcher.observe(column.node);
}

const placeOf = (column) => $('places').children[columns.indexOf(column)];

function markPlace(column) {
  const place = placeOf(column);
  if (!place) return;
  place.dataset.unread = column.node.dataset.unread;
  place.lastElementChild.textContent = column.unread.size ? 'New messages' : '';
}

function goTo(column) {
  const {left} = column.node.getBoundingClientRect();
  const box = $('columns');
  box.scrollTo({left: box.scrollLeft + left - box.getBoundingClientRect().left, behavior: calm() ? 'instant' : 'smooth'});
}

const columnOf = (chat) => columns.find((column) => column.chats.includes(chat));

// pressed remembers a press in a shared chat that asks to see something: what
// comes to the same person's private chat is then worth turning to.
function pressed(chat, choice) {
  opened = !chat.seat.private && /\b(open|read|view|show|see|details)\b/i.test(choice.label)
    ? {account: chat.seat.account, until: performance.now() + 6000} : null;
}

function takeMessage({place, message}) {
  for (const chat of chats.values()) {
    if (chat.seat.place !== place) continue;
    const column = columnOf(chat);
    const added = chat.take(message);
    if (message.from) continue;
    if (!added) {
      if (!chat.seat.private) column.settle();
      continue;
    }
    column.arrived(chat, message);
    if (opened && chat.seat.private && chat.seat.account === opened.account && performance.now() < opened.until) {
      opened = null;
      column.show(chat);
    }
  }
}

function takeState(state) {
  clock.set(state.now);
  const next = JSON.stringify(state.seats.map((seat) => ({...seat, menu: null})));
  if (next !== shape) build(state.seats);
  shape = next;
  for (const seat of state.seats) chats.get(seat.key).reset(state.rooms[seat.place], seat.menu);
  $('skip').hidden = !state.skips;
  buildSteps(state.steps);
}

function buildSteps(steps) {
  $('steps').hidden = !steps.length || hiddenSteps;
  hints = steps.map((step) => step.hint);
  $('step-list').replaceChildren(...steps.map((step, i) => el('li', {data: {step: i, done: step.done}},
    el('button', {type: 'button', class: 'step', title: step.hint, on: {click: () => startStep(step)}},
      el('span', {class: 'tick'}, icon('check')), el('span', {class: 'step-label', text: step.label}),
      el('span', {class: 'hidden step-state', text: step.done ? ', done' : ''})))));
  countSteps();
}

function takeStep({step}) {
  const item = $('step-list').children[step];
  if (!item) return;
  item.dataset.done = 'true';
  item.querySelector('.step-state').textContent = ', done';
  countSteps();
}

function countSteps() {
  const items = [...$('step-list').children];
  for (const item of items) item.dataset.next = 'false';
  // What was passed over on the way can still be done, but nobody waits for it.
  const next = items.findLastIndex((item) => item.dataset.done === 'true') + 1;
  if (items[next]) items[next].dataset.next = 'true';
  $('steps').dataset.done = String(items.length > 0 && !items[next]);
  $('step-hint').textContent = items[next] || !items.length ? hints[next] ?? ''
    : $('skip').hidden ? 'That is the whole round.' : 'That is the whole round. Now skip ahead and see what it remembers.';
}

function startStep(step) {
  const chat = chats.get(step.seat);
  if (!chat) return;
  columnOf(chat).show(chat);
  goTo(columnOf(chat));
  if (step.clock) {
    replay($('skip'), 'called');
    $('skip-minutes').focus({preventScroll: true});
    return;
  }
  // On a phone the keyboard would cover what is to be tapped.
  if (matchMedia('(hover: hover)').matches) chat.composer.input.focus({preventScroll: true});
}

let hiddenSteps = false;
$('steps-hide').addEventListener('click', () => {
  hiddenSteps = true;
  $('steps').hidden = true;
});

for (const button of document.querySelectorAll('[data-skip]')) {
  button.addEventListener('click', async () => {
    const all = [...document.querySelectorAll('[data-skip]')];
    for (const other of all) other.disabled = true;
    $('skip').setAttribute('aria-busy', 'true');
    try {
      await post('/skip', {to: button.dataset.skip});
    } catch (error) {
      chats.values().next().value?.toast({toast: error.message});
    }
    $('skip').removeAttribute('aria-busy');
    for (const other of all) other.disabled = false;
    button.focus({preventScroll: true});
  });
}

clock.onReading((now, moved) => {
  if (!moved) return;
  for (const chat of chats.values()) chat.rename(now);
  $('spoken').textContent = 'It is now ' + clock + '.';
});

listen({
  state: takeState,
  message: takeMessage,
  menu: ({seat, items}) => chats.get(seat)?.composer.setMenu(items),
  step: takeStep,
  clock: ({now, moved}) => clock.set(now, moved),
}, (live) => {
  document.body.dataset.live = String(live);
  $('offline').textContent = live ? '' : 'The program is not answering. This page goes on by itself as soon as it does.';
});
