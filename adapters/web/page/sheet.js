// The sheet of paper on which a timeline is printed: each entry with its time,
// and the words that belong to it.

import {el} from './dom.js';

const stamp = /^(\d{4}-\d\d-\d\d \d\d:\d\d) (.*)$/;

// isTimeline reports whether a message is the timeline of a case: protected
// lines, each of which begins with a date and a time.
export function isTimeline({guarded, text}) {
  return !!guarded && (text || []).some(({t, s}) => !s && t.split('\n').some((line) => stamp.test(line)));
}

// entries makes the list of the entries. What is not one of them, such as the
// remark that the view is recorded, is for the screen.
function entries(text) {
  const list = el('ol', {class: 'entries'});
  for (const {t, s} of text) {
    if (s === 'quote') {
      list.lastElementChild?.lastElementChild.append(el('blockquote', {text: t}));
      continue;
    }
    if (s) continue;
    for (const line of t.split('\n')) {
      const parts = stamp.exec(line);
      if (parts) list.append(el('li', {}, el('time', {text: parts[1]}), el('div', {}, el('p', {text: parts[2]}))));
    }
  }
  return list;
}

// print hands a timeline to the printing of the browser, and nothing else.
export function print(message) {
  const sheet = document.getElementById('sheet');
  const title = message.text.find(({s}) => s === 'bold')?.t ?? 'Timeline';
  sheet.replaceChildren(
    el('h1', {text: title, dir: 'auto'}),
    entries(message.text),
    el('p', {class: 'end', text: 'Steadfast, demo: everybody in it is invented. Entries are only ever added; none is changed.'}),
  );
  sheet.hidden = false;
  addEventListener('afterprint', () => {
    sheet.hidden = true;
    sheet.replaceChildren();
  }, {once: true});
  window.print();
}
