// This phone's ballots: what it wants, what the room has acknowledged, and the one request between the two.
// A later tap replaces an earlier one that isn't sent; "saved" is only ever what the room said last.

import { memory } from './memory.js';

const WAITS = [1000, 2000, 4000, 8000];
const TIMEOUT = 8000;

/**
 * @typedef {{answer: string, letter: string, confidence: number|null, reason: string|null}} Vote
 * @typedef {{wanted: (Vote & {n: number})|null, saved: Vote|null, seq: number, trouble: string, late: string, refused: string}} Ballot
 */

/**
 * @param {{prefix: string, address: (round: string) => string, changed: () => void, lost: () => void, away: () => void, reached: () => void, late: (round: string, letter: string) => void}} owner
 */
export function ballots(owner) {
  /** @type {Map<string, Ballot>} */
  const kept = new Map();
  const store = memory(owner.prefix, adopt);
  let running = false;
  let failures = 0;
  let wake = () => {};

  /** Another tab of this phone voted, or heard the room's answer. @param {string} round @param {Ballot} theirs */
  function adopt(round, theirs) {
    if (!theirs) return;
    Object.assign(of(round), theirs);
    owner.changed();
  }

  /** @param {string} round @returns {Ballot} */
  function of(round) {
    let ballot = kept.get(round);
    if (!ballot) {
      ballot = { wanted: null, saved: null, seq: 0, trouble: '', late: '', refused: '' };
      kept.set(round, ballot);
    }
    return ballot;
  }

  /** @param {string} round @param {Partial<Ballot>} change */
  function set(round, change) {
    const ballot = Object.assign(of(round), change);
    store.keep(round, ballot);
    owner.changed();
  }

  /** The newest wish that isn't acknowledged. @returns {string|undefined} */
  function next() {
    const rounds = Array.from(kept.keys()).filter((round) => of(round).wanted);
    return rounds.sort((a, b) => of(b).wanted.n - of(a).wanted.n)[0];
  }

  async function run() {
    if (running) return;
    running = true;
    for (let round = next(); round; round = next()) {
      if (!(await attempt(round))) await pause();
    }
    running = false;
  }

  /** One request. True when the room has decided, false when it has to be tried again. @param {string} round */
  async function attempt(round) {
    const sent = of(round).wanted;
    const reply = await post(owner.address(round), sent);
    const ballot = of(round);
    const newest = ballot.wanted && ballot.wanted.n === sent.n;
    const after = newest ? { wanted: null, trouble: '' } : {};
    if (reply.status === 200) {
      failures = 0;
      owner.reached();
      const first = !(reply.body.seq < ballot.seq);
      const said = Object.assign({}, sent, { answer: reply.body.answer });
      set(round, Object.assign(after, first ? { saved: said, seq: reply.body.seq || 0 } : {}));
    } else if (reply.status === 409) {
      const { letter } = ballot.wanted || sent;
      owner.late(round, letter);
      set(round, { wanted: null, trouble: '', late: letter });
    } else if (reply.status === 401) {
      owner.lost();
      return again(round, 'away');
    } else if (!reply.status) {
      owner.away();
      return again(round, 'away');
    } else if (reply.status === 429 || reply.status >= 500) {
      return again(round, 'busy');
    } else {
      set(round, Object.assign(after, newest ? { refused: sentence(reply.body) || '?' } : {}));
    }
    return true;
  }

  /** @param {string} round @param {string} trouble */
  function again(round, trouble) {
    failures += 1;
    if (of(round).wanted) set(round, { trouble });
    return false;
  }

  /** Waits before the next try, longer each time; a tap or a line that is back cuts it short. */
  function pause() {
    return new Promise((done) => {
      const timer = setTimeout(done, WAITS[Math.min(failures, WAITS.length) - 1]);
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  function hurry() {
    wake();
    run();
  }

  return {
    of,

    /** The room's own word about this round, from a page that it has just made. @param {string} round @param {Vote|null} vote */
    told(round, vote) {
      if (round) set(round, { saved: vote, refused: '' });
    },

    /** @param {string} round @param {Vote} vote */
    cast(round, vote) {
      const n = Math.max(Date.now(), 1 + ((of(round).wanted || { n: 0 }).n));
      const trouble = navigator.onLine === false ? 'away' : '';
      set(round, { wanted: Object.assign({ n }, vote), trouble, late: '', refused: '' });
      hurry();
    },

    /** Reads what was kept before this page, and sends it. */
    resume() {
      store.all().forEach(([round, ballot]) => Object.assign(of(round), ballot));
      hurry();
    },

    hurry,
  };
}

/** @param {string} address @param {Vote} vote @returns {Promise<{status: number, body: any}>} status 0: no answer */
async function post(address, vote) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT);
  const ballot = { answer: vote.answer };
  if (vote.confidence) ballot.confidence = vote.confidence;
  if (vote.reason) ballot.reason = vote.reason;
  try {
    const answer = await fetch(address, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(ballot),
      signal: stop.signal,
    });
    const body = await answer.json().catch(() => ({}));
    // A 200 that names nothing stored, as a hotel's login page gives, is no acknowledgement.
    return { status: answer.status === 200 && !body.seq ? 0 : answer.status, body };
  } catch (_) {
    return { status: 0, body: {} };
  } finally {
    clearTimeout(timer);
  }
}

/** @param {any} body */
function sentence(body) {
  return body && body.error ? body.error.message : '';
}
