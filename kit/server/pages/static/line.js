// Says when the line to the room is lost: quietly after a moment, and what to do after twenty seconds.

/**
 * @param {Element} place a status region
 * @param {{soon: string, late: string}} says
 */
export function lineMark(place, says) {
  /** @type {number[]} */
  let timers = [];

  /** @param {string} text */
  function say(text) {
    if (place.textContent !== text) place.textContent = text;
  }

  return {
    /** @param {boolean} up */
    set(up) {
      if (up) {
        timers.forEach(clearTimeout);
        timers = [];
        say('');
      } else if (!timers.length) {
        timers = [setTimeout(say, 3000, says.soon), setTimeout(say, 20000, says.late)];
      }
    },
  };
}
