// The phone's page: joins the modules. What each does is in its own file.

import { countdown } from './countdown.js';
import { letterOf, listen, read, typed } from './form.js';
import { lineMark } from './line.js';
import { fill, mark, standing } from './own.js';
import { patch } from './patch.js';
import { follow } from './stream.js';
import { ballots } from './vote.js';

const room = JSON.parse(document.getElementById('room').textContent);
const { words } = room;
const screen = document.getElementById('screen');
const status = document.getElementById('status');
const banner = lineMark(document.getElementById('line'), { soon: words.lost, late: fill(words.gone, { word: room.word }) });
const clock = countdown(screen, words, document.getElementById('voice'));

/** A state and sentence that go before the ballot's until the next tap, such as a draft's fate. @type {[string, string]|null} */
let aside = null;

const votes = ballots({
  prefix: `kit/${room.code}/${room.word}/`,
  address: (round) => room.stream.replace(/stream$/, `ballots/${encodeURIComponent(round)}`),
  changed: () => paint(),
  lost: () => reload(),
  away: () => line.look(),
  reached: () => line.hurry(),
  late(past, letter) {
    if (past !== now().round) aside = ['halt', fill(words.late_before, { what: letter })];
  },
});

function now() {
  const view = screen.querySelector('[data-view]');
  return { view: view.dataset.view, round: view.dataset.round };
}

/** What must change for the heading to be read out: view, question, or the text that a view is about. */
function place() {
  const { view, round } = now();
  const parts = Array.from(screen.querySelector('[data-view]').children).filter((part) => !part.hasAttribute('data-seconds'));
  const about = view === 'scene' || view === 'message' ? parts.map((part) => part.textContent).join('|') : '';
  return [view, round, about].join('|');
}

function paint() {
  const { view, round } = now();
  const ballot = votes.of(round);
  const shown = ballot.wanted || ballot.saved;
  mark(screen, shown ? shown.answer : null, Boolean(ballot.wanted));
  const [state, sentence] = aside || (round && view !== 'message' ? standing(ballot, view, words) : ['', '']);
  const region = status.querySelector('[role="status"]');
  status.dataset.state = state;
  if (region.textContent !== sentence) region.textContent = sentence;
}

/** @param {string} html */
function arrived(html) {
  const before = place();
  const asked = now();
  const draft = typed(screen);
  patch(screen, html);
  clock.restart();
  const other = place() !== before;
  if (other) aside = unsent(asked, draft);
  paint();
  if (other) announce();
  settle();
}

/** Another view: a reason that was not sent is given back. @returns {[string, string]|null} */
function unsent(asked, draft) {
  const saved = votes.of(asked.round).saved;
  const gone = asked.view === 'question' && (now().view !== 'question' || now().round !== asked.round);
  const waiting = votes.of(asked.round).wanted;
  const lost = gone && draft && !(saved && saved.reason === draft) && !(waiting && waiting.reason === draft);
  return lost ? ['halt', fill(words.draft, { reason: draft })] : null;
}

/** Another view: its heading is read out. */
function announce() {
  if (screen.contains(document.activeElement) && document.activeElement.matches('input')) return;
  window.scrollTo(0, 0);
  const heading = Array.from(screen.querySelectorAll('h1')).filter((each) => each.getClientRects().length)[0];
  if (!heading) return;
  heading.blur(); // it may be the same node with new words
  heading.focus({ preventScroll: true });
}

/** A screen has come, so the next lost seat may reload the page again. */
function settle() {
  try {
    sessionStorage.removeItem('kit/reloaded');
  } catch (_) { /* blocked */ }
}

/** The seat is lost: the page itself says how to take it again. Once, or a page that can't would go round in circles. */
function reload() {
  try {
    if (sessionStorage.getItem('kit/reloaded')) return;
    sessionStorage.setItem('kit/reloaded', 'yes');
  } catch (_) {
    return;
  }
  location.reload();
}

listen(screen, {
  answer(form, answer) {
    aside = null;
    votes.cast(now().round, read(form, answer));
  },
  more(form) {
    aside = null;
    const ballot = votes.of(now().round);
    const given = ballot.wanted || ballot.saved;
    if (given) votes.cast(now().round, read(form, given.answer));
    else aside = ['idle', words.choose];
    paint();
  },
});

const line = follow(room.stream, {
  screen: arrived,
  name(given) {
    for (const place of document.querySelectorAll('[data-name]')) place.textContent = given;
  },
  line(up) {
    banner.set(up);
    if (up) votes.hurry();
  },
  refused(code) {
    if (code === 401 || code === 403 || code === 404) reload();
  },
});

const first = now().round;
votes.resume();
if (first) {
  const { answer } = room.own;
  votes.told(first, answer ? Object.assign({ letter: letterOf(screen, answer) }, room.own) : null);
}
paint();
