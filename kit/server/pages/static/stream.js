// The line to the room: follows a stream of screens and opens it again whenever it may be dead.

const WAITS = [1000, 2000, 4000, 8000];

// The server writes at least every ten seconds; a line silent for longer is dead, whatever the browser thinks of it.
const SILENCE = 25000;

/**
 * `screen` gets every fragment; `name` the new name that the facilitator gave this phone; `line` is told when the line comes and goes; `refused` is called when the
 * server answers the stream with an error, with its HTTP status.
 * @param {string} address
 * @param {{screen: (html: string) => void, name?: (name: string) => void, line: (up: boolean) => void, refused?: (status: number) => void}} owner
 */
export function follow(address, owner) {
  /** @type {EventSource|null} */
  let source = null;
  let timer = 0;
  let watchdog = 0;
  let failures = 0;

  function open() {
    close();
    const opened = new EventSource(address);
    source = opened;
    opened.addEventListener('open', () => {
      failures = 0;
      owner.line(true);
      heard();
    });
    opened.addEventListener('beat', heard);
    opened.addEventListener('name', (event) => owner.name && owner.name(event.data));
    opened.addEventListener('screen', (event) => {
      heard();
      owner.screen(event.data);
    });
    opened.addEventListener('error', () => {
      owner.line(false);
      // Browsers retry a broken line, each at its own pace, and give up on an answer that is no stream: we do both.
      if (opened.readyState === EventSource.CLOSED) ask();
      later();
    });
  }

  function heard() {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      owner.line(false);
      later();
    }, SILENCE);
  }

  function close() {
    clearTimeout(timer);
    clearTimeout(watchdog);
    timer = 0;
    if (source) source.close();
    source = null;
  }

  function later() {
    close();
    // Spread by a quarter, so that a whole room does not come back in one moment.
    const wait = WAITS[Math.min(failures, WAITS.length - 1)] * (1 + Math.random() / 4);
    failures += 1;
    timer = setTimeout(open, wait);
  }

  /** EventSource hides the status of a refusal; a plain request shows it. */
  function ask() {
    if (!owner.refused) return;
    const stop = new AbortController();
    fetch(address, { signal: stop.signal, credentials: 'same-origin', cache: 'no-store' }).then((answer) => {
      if (!answer.ok) owner.refused(answer.status);
      stop.abort();
    }, () => {});
  }

  // A phone that slept, or changed its network, may hold a dead line that looks alive.
  document.addEventListener('visibilitychange', () => document.hidden || open());
  window.addEventListener('pageshow', (event) => event.persisted && open());
  window.addEventListener('online', open);
  window.addEventListener('offline', () => owner.line(false));
  window.addEventListener('pagehide', close);
  open();

  return {
    /** Something else found the line dead: look whether ours is. */
    look: () => timer || open(),
    /** Something else reached the room: wait no longer. */
    hurry: () => timer && open(),
  };
}
