// What this phone keeps between page loads. A browser that blocks storage keeps it as long as the page lives.

const DAY = 24 * 3600 * 1000;

/**
 * @param {string} prefix this room and this person
 * @param {(name: string, value: any) => void} changed called when another tab of this phone wrote
 */
export function memory(prefix, changed) {
  /** @type {Map<string, string>} */
  const spare = new Map();

  window.addEventListener('storage', (event) => {
    if (event.key && event.key.startsWith(prefix) && event.newValue) {
      changed(event.key.slice(prefix.length), read(event.newValue));
    }
  });

  return {
    /** @param {string} name @param {object} value */
    keep(name, value) {
      const text = JSON.stringify(Object.assign({ at: Date.now() }, value));
      spare.set(name, text);
      try {
        localStorage.setItem(prefix + name, text);
      } catch (_) { /* blocked or full: the page's own memory has it */ }
    },

    /** Everything kept for this person in this room; what is a day old is let go. */
    all() {
      /** @type {[string, any][]} */
      const found = [];
      try {
        for (const key of Object.keys(localStorage)) {
          if (!key.startsWith('kit/')) continue;
          const value = read(localStorage.getItem(key));
          if (!value || !(Date.now() - value.at < DAY)) localStorage.removeItem(key);
          else if (key.startsWith(prefix)) found.push([key.slice(prefix.length), value]);
        }
      } catch (_) { /* blocked */ }
      return found;
    },
  };
}

/** @param {string|null} text */
function read(text) {
  try {
    return JSON.parse(text || 'null');
  } catch (_) {
    return null;
  }
}
