// One message: its bubble, and the buttons under it.

import {el, icon} from './dom.js';
import {isTimeline, print} from './sheet.js';
import {hourMinute, wallTime} from './time.js';

const tags = {bold: 'strong', italic: 'em', code: 'code', quote: 'blockquote', start: 'code'};

// spans turns the spans of a text into nodes. A quote is a block, so the line
// breaks around it are the block's own. say, if there is one, is called with a
// command that was tapped.
function spans(text, say) {
  return text.flatMap(({t, s}, i) => {
    if (s === 'start') t = ('/start ' + t).trim();
    if (s !== 'quote' && text[i - 1]?.s === 'quote') t = t.replace(/^\n/, '');
    if (s !== 'quote' && text[i + 1]?.s === 'quote') t = t.replace(/\n$/, '');
    if (s) return el(tags[s] || 'span', {text: t, class: s === 'start' && 'start'});
    return say ? commands(t, say) : document.createTextNode(t);
  });
}

// commands makes what the bot names as a command something to tap, as the apps
// do; not /start, which comes with a code that is for somebody else.
function commands(text, say) {
  return text.split(/((?<![\w/])\/(?!start\b)[a-z][a-z0-9_]{1,31}(?![\w/]))/).filter(Boolean).map((part) => (/^\/\w+$/.test(part)
    ? el('button', {type: 'button', class: 'command', text: part, on: {click: () => say(part)}})
    : document.createTextNode(part)));
}

const face = /^(\p{Extended_Pictographic}\S*)(?:\s+(\S.{0,11}))?$/u;

// A label that begins with a check mark is one that was chosen. The mark does
// not count in the layout, so that nothing moves when it comes and goes.
const chosen = /^✓\s*/u;
const length = (label) => [...label.replace(chosen, '')].length;

// A tick is a plain button, ticked or not: its label says which.
const kindOf = ({kind}) => (!kind || kind === 'tick' || kind === 'ticked' ? 'plain' : kind);

// rows lays out the buttons: plain ones side by side where they are short, all
// others on rows of their own, except that asides keep each other company.
function rows(choices) {
  const runs = [];
  for (const choice of choices) {
    const kind = kindOf(choice);
    const alone = kind === 'plain' ? length(choice.label) > 20 : kind !== 'aside';
    const run = runs.at(-1);
    if (run?.kind === kind && !alone && !run.alone) run.choices.push(choice);
    else runs.push({kind, alone, choices: [choice]});
  }
  return runs;
}

const longestOf = (labels) => Math.max(...labels.map(length));

// across is how many buttons of a run stand side by side: as many as the
// longest label allows, with rows as equal as they can be.
function across(labels) {
  const longest = longestOf(labels);
  const most = longest <= 3 ? 6 : longest <= 9 ? 4 : longest <= 13 ? 3 : longest <= 20 ? 2 : 1;
  return Math.ceil(labels.length / Math.ceil(labels.length / most));
}

function button(choice, stacked, press) {
  const node = el('button', {
    type: 'button',
    class: 'choice',
    data: {token: choice.token, kind: kindOf(choice), chosen: chosen.test(choice.label)},
    on: {click: () => press(node, choice)},
  });
  const parts = stacked && face.exec(choice.label);
  if (parts) {
    node.append(el('span', {class: 'face', text: parts[1]}));
    if (parts[2]) node.append(' ', el('span', {class: 'word', text: parts[2]}));
  } else {
    node.append(el('span', {class: 'label', text: choice.label}));
  }
  return node;
}

function choicesOf(message, press) {
  if (!message.choices?.length) return null;
  const box = el('div', {class: message.choices.length > 12 ? 'choices many' : 'choices', role: 'group', 'aria-label': 'Answers'});
  for (const run of rows(message.choices)) {
    const labels = run.choices.map((choice) => choice.label);
    const stacked = run.kind === 'plain' && labels.length >= 3 && labels.length <= 6 && labels.every((l) => face.test(l));
    const row = el('div', {class: stacked ? 'row faces' : 'row', data: {kind: run.kind}});
    if (!stacked && longestOf(labels) > 9) row.classList.add('wide'); // fewer where the column is narrow
    row.style.setProperty('--across', stacked ? labels.length : across(labels));
    row.append(...run.choices.map((choice) => button(choice, stacked, press)));
    box.append(row);
  }
  return box;
}

// isPage reports whether a message asks somebody to acknowledge a case.
export const isPage = ({choices}) => !!choices?.some(({kind, token}) => kind === 'primary' && /\back\b/.test(token));

// renderMessage makes the list item of a message. seat says who is looking;
// does says what follows: press(button, choice), say(command), and again() for
// a message that was not delivered.
export function renderMessage(message, seat, does) {
  const from = !message.from ? 'bot' : message.from === seat.account ? 'me' : 'other';
  const item = el('li', {
    class: 'message', tabindex: '-1',
    data: {ref: message.ref, from},
  });
  fill(item, message, seat, does);
  return item;
}

// fill shows a message in its list item, also when it was edited.
export function fill(item, message, seat, does) {
  const {from} = item.dataset;
  item.dataset.failed = String(!!message.failed);
  // What somebody has to take stands out until somebody did.
  item.dataset.waits = String(isPage(message) || (!seat.private && !!message.choices?.some((choice) => choice.kind === 'primary')));
  const at = wallTime(message.at);
  const speaker = from === 'me' ? 'You' : from === 'bot' ? 'Steadfast' : message.name;
  const bubble = el('div', {class: 'bubble'},
    el('p', {class: seat.private || from === 'me' ? 'who hidden' : 'who', text: speaker}),
    el('div', {class: 'text', dir: 'auto'}, ...spans(message.text || [], from === 'bot' && seat.private && !message.guarded ? does.say : null)),
    el('p', {class: 'meta'},
      message.guarded ? el('span', {class: 'guarded', title: 'On a phone this cannot be forwarded or saved'}, icon('lock'), 'Protected') : null,
      message.edited ? el('span', {class: 'edited', text: 'edited'}) : null,
      el('time', {datetime: message.at, text: hourMinute(at)})));
  const failed = message.failed
    ? el('p', {class: 'failed'}, icon('alert'), 'Not delivered. ',
      el('button', {type: 'button', class: 'again', text: 'Send again', on: {click: does.again}}))
    : null;
  const paper = isTimeline(message)
    ? el('button', {type: 'button', class: 'paper', on: {click: () => print(message)}}, icon('print'), 'Print')
    : null;
  const file = message.file
    ? el('a', {class: 'paper', href: `/file/${seat.key}/${message.ref}`, download: message.file, text: message.file})
    : null;
  // Above: a timeline is long, and its beginning is what is seen first.
  item.replaceChildren(...[paper, bubble, file, choicesOf(message, does.press), failed].filter(Boolean));
}
