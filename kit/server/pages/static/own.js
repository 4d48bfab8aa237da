// Shows which answer is this phone's own, and says how its ballot stands.

/**
 * @typedef {import('./vote.js').Ballot} Ballot
 * @typedef {import('./form.js').Vote} Vote
 */

/** Marks `answer` among the options, the results or the closed question; alone of all letters it is held up. @param {Element} root @param {string|null} answer @param {boolean} pending */
export function mark(root, answer, pending) {
  root.querySelectorAll('[data-answer]').forEach((node) => {
    const own = node.getAttribute('data-answer') === answer;
    node.classList.toggle('own', own);
    node.classList.toggle('pending', own && pending);
    const mine = node.querySelector('[data-mine]');
    if (mine) mine.hidden = !own;
    if (node.hasAttribute('data-held')) node.hidden = !own;
    if (node.hasAttribute('aria-pressed')) node.setAttribute('aria-pressed', String(own));
  });
  const none = root.querySelector('[data-none]');
  if (none) none.hidden = Boolean(root.querySelector('[data-held].own'));
  const save = root.querySelector('[data-save]');
  if (save) save.hidden = !answer;
  // With a script running, Enter always reaches the form; without an answer it is told to choose one.
  const enter = root.querySelector('[data-enter]');
  if (enter) enter.disabled = false;
}

/**
 * The state of a ballot and the sentence for it.
 * @param {Ballot} ballot
 * @param {string} view
 * @param {Record<string, string>} words
 * @returns {[string, string]}
 */
export function standing(ballot, view, words) {
  const say = (key, values) => fill(words[key], values || {});
  // A letter that is held up needs no words, but for why it is another one than was tapped last.
  if (view === 'opposite' && !ballot.late) return ['', ''];
  const saved = ballot.saved && ballot.saved.letter;
  if (ballot.wanted) {
    const what = ballot.wanted.letter;
    if (ballot.trouble) return ['kept', say(ballot.trouble === 'busy' ? 'busy' : 'kept', { what })];
    return ['saving', say('saving', { what })];
  }
  if (ballot.late && saved) return ['halt', say('late_counts', { what: ballot.late, saved })];
  if (ballot.late) return ['halt', say('late', { what: ballot.late })];
  if (ballot.refused === '?') return ['halt', say('refused_plain')];
  if (ballot.refused) return ['halt', say('refused', { sentence: ballot.refused })];
  if (view === 'question') return saved ? ['saved', say('saved', { what: parts(ballot.saved, words) })] : ['idle', say('idle')];
  if (view !== 'closed' && view !== 'results') return ['', ''];
  return saved ? ['counted', say('counted', { what: saved })] : ['none', say('no_vote')];
}

/** "B, fairly sure, with your reason". @param {Vote} vote @param {Record<string, string>} words */
function parts(vote, words) {
  const said = [vote.letter];
  if (vote.confidence) said.push(words[`confidence_${vote.confidence}`]);
  if (vote.reason) said.push(words.with_reason);
  return said.join(', ');
}

/** @param {string} text @param {Record<string, string>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
}
