/**
 * Virtual time: nothing waits for the wall clock. What is due is run in the order of its instant, and between two
 * instants everything that is already under way (promises, IndexedDB) comes to rest, so a run is the same every time.
 */

const immediately = globalThis.setImmediate;
let underWay = 0;

// fake-indexeddb takes its turns by setImmediate; counted, they tell when everything has come to rest
globalThis.setImmediate = /** @type {any} */ (
  (work, ...args) => {
    underWay += 1;
    return immediately(() => {
      underWay -= 1;
      work(...args);
    });
  }
);

// What is stored is JSON and bodies, and copying it by the general rules would cost more than all the rest. So it is
// copied once, when it is stored; whoever reads it gets that copy, frozen: writing to it fails instead of being lost.
const copyOfAnything = globalThis.structuredClone;
/** @type {WeakSet<object>} */
const copies = new WeakSet();
/** @type {Function[]} what cannot be written to, and so need not be copied */
const asTheyAre = [Blob];
const isAsItIs = (value) => asTheyAre.some((kind) => value instanceof kind);

/** Store objects of a class as they are. @param {Function} kind */
export const keepAsIs = (kind) => asTheyAre.push(kind);

function copyOf(value) {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' || typeof value === 'symbol' ? copyOfAnything(value) : value;
  }
  if (Array.isArray(value)) return value.map(copyOf);
  if (isAsItIs(value)) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return copyOfAnything(value);
  const copy = {};
  for (const key in value) copy[key] = copyOf(value[key]);
  return copy;
}

function frozen(value) {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || isAsItIs(value)) return value;
  for (const key in value) frozen(value[key]);
  return Object.freeze(value);
}

globalThis.structuredClone = /** @type {any} */ (
  (value) => {
    if (copies.has(value)) return frozen(value);
    const copy = copyOf(value);
    if (typeof copy === 'object' && copy !== null) copies.add(copy);
    return copy;
  }
);

const readBlob = Blob.prototype.arrayBuffer;
Blob.prototype.arrayBuffer = function arrayBuffer() {
  underWay += 1;
  return readBlob.call(this).finally(() => {
    underWay -= 1;
  });
};

/** Let the event loop go round once. */
export const turn = () => new Promise((resolve) => immediately(resolve));

/** Wait until nothing moves that does not wait for virtual time. */
export async function settle() {
  for (let quiet = 0; quiet < 2; ) {
    await turn();
    quiet = underWay === 0 ? quiet + 1 : 0;
  }
}

/** What is to happen when; `now` in ms since 1970. */
export class Clock {
  /** @param {number} now */
  constructor(now) {
    this.now = now;
    this.order = 0;
    this.queue = [];
  }

  /** Do something after a time; gives what `cancel` takes. */
  after(ms, work) {
    const entry = { at: this.now + Math.max(ms, 0), order: this.order++, work };
    let low = 0;
    let high = this.queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.queue[middle];
      if (other.at < entry.at || (other.at === entry.at && other.order < entry.order)) low = middle + 1;
      else high = middle;
    }
    this.queue.splice(low, 0, entry);
    return entry;
  }

  cancel(entry) {
    if (entry) entry.work = null;
  }

  sleep(ms) {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Run everything that is due up to an instant. */
  async runUntil(instant) {
    await settle();
    while (this.queue.length > 0 && this.queue[0].at <= instant) {
      const { at, work } = this.queue.shift();
      if (!work) continue;
      this.now = Math.max(this.now, at);
      work();
      await settle();
    }
    this.now = Math.max(this.now, instant);
  }
}

/** A Date class as a device's own clock shows it. @param {() => number} read ms */
export function dateOf(read) {
  return class DeviceDate extends Date {
    constructor(...given) {
      if (given.length === 0) super(read());
      else super(...given);
    }

    static now() {
      return read();
    }
  };
}

/** Numbers by chance that are the same for the same seed (mulberry32). @param {number} seed */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return {
    next,
    below,
    is: (probability) => next() < probability,
    between: (low, high) => low + below(high - low + 1),
    pick: (list) => list[below(list.length)],
    some: (list, most) => {
      const left = [...list];
      const count = Math.min(1 + below(most), left.length);
      return Array.from({ length: count }, () => left.splice(below(left.length), 1)[0]);
    },
    uuid: () => {
      const hex = Array.from({ length: 4 }, () =>
        below(2 ** 32)
          .toString(16)
          .padStart(8, '0'),
      ).join('');
      const parts = [
        hex.slice(0, 8),
        hex.slice(8, 12),
        hex.slice(12, 16),
        hex.slice(16, 20),
        hex.slice(20, 32),
      ];
      return parts.join('-');
    },
  };
}
