// Remaining time ticks by itself between fragments. The server alone closes the round.

const SPOKEN = [60, 30, 10];

/**
 * @param {Element} root where `data-seconds` may stand
 * @param {{left: string, time_up: string, seconds?: string}} words
 * @param {Element} [voice] a live region for screen readers, which hear it three times at most
 */
export function countdown(root, words, voice) {
  let ends = 0;
  let spoken = Infinity;

  function left() {
    return Math.max(0, Math.ceil((ends - Date.now()) / 1000));
  }

  function tick() {
    const place = root.querySelector('[data-seconds]');
    if (!place) return;
    const seconds = left();
    const form = place.hasAttribute('data-bare') ? '{time}' : words.left;
    const text = seconds ? form.replace('{time}', clock(seconds)) : words.time_up;
    if (place.textContent !== text) place.textContent = text;
    place.classList.toggle('near', seconds <= 10);
    place.classList.toggle('up', !seconds);
    const step = SPOKEN.filter((each) => seconds <= each && seconds > each - 3 && each < spoken)[0];
    if (voice && words.seconds && step) {
      spoken = step;
      voice.textContent = words.seconds.replace('{n}', String(step));
    }
  }

  /** A fragment has arrived: its number of seconds is the truth. */
  function restart() {
    const place = root.querySelector('[data-seconds]');
    if (!place) {
      spoken = Infinity;
      if (voice) voice.textContent = '';
      return;
    }
    ends = Date.now() + 1000 * Number(place.getAttribute('data-seconds'));
    if (left() > spoken + 3) spoken = Infinity;
    tick();
  }

  setInterval(tick, 250);
  restart();
  return { restart };
}

/** @param {number} seconds */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
