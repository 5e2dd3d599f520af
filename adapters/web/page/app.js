// The page: builds the columns from the program's state, and passes on what
// changes.

import {Calendar} from './calendar.js';
import {Chat} from './chat.js';
import {Column} from './column.js';
import {el, icon, calm, replay} from './dom.js';
import {get, listen, post} from './server.js';
import {Tour} from './tour.js';
import {Clock} from './time.js';

const $ = (id) => document.getElementById(id);
const clock = new Clock($('clock'));
const calendar = new Calendar(clock, () => get('/calendar'));
const tour = new Tour($('steps'), startStep);
const chats = new Map(); // by seat key
let columns = [];
let shape = ''; // of the seats that are shown
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
  for (const column of columns) {
    if (column.chats.some(({seat}) => seat.calendar)) column.put(calendar.node);
  }
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

// refresh shows what changed, if there is a calendar on the page.
function refresh() {
  if (calendar.node.isConnected) calendar.refresh();
}

function takeMessage({place, message}) {
  refresh();
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
  tour.reset(state.steps, state.skips);
  refresh();
}

function startStep(step) {
  const chat = chats.get(step.seat);
  if (!chat) return;
  columnOf(chat).show(chat);
  goTo(columnOf(chat));
  if (step.clock) {
    replay($('skip'), 'called');
    $('skip-' + step.clock).focus({preventScroll: true});
    return;
  }
  // On a phone the keyboard would cover what is to be tapped.
  if (matchMedia('(hover: hover)').matches) chat.composer.input.focus({preventScroll: true});
}

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
  for (const column of columns) column.age();
  refresh();
  $('spoken').textContent = 'It is now ' + clock + '.';
});

listen({
  state: takeState,
  message: takeMessage,
  menu: ({seat, items}) => chats.get(seat)?.composer.setMenu(items),
  step: ({step}) => tour.tick(step),
  clock: ({now, moved}) => clock.set(now, moved),
}, (live) => {
  document.body.dataset.live = String(live);
  $('offline').textContent = live ? '' : 'The program is not answering. This page goes on by itself as soon as it does.';
});
