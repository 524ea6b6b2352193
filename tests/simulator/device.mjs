/** One device: a browser profile, the worker that runs in it now, and a page that asks the worker to wait for news. */
import { dateOf } from './clock.mjs';
import { cryptoOf } from './crypto.mjs';
import { Answer, Fields, PageRequest } from './messages.mjs';
import { Link } from './network.mjs';
import { Storage } from './storage.mjs';
import { replicaModule, startWorker } from './worker_bundle.mjs';

const ORIGIN = 'http://localhost';
const FOLDERS = ['todo', 'watching', 'done', 'case_files'];
const SLOWEST_MS = 60_000;
const LOST_MS = 90_000;
const PAUSE_MS = 500;
const SIGNED_OUT = ['expired', 'revoked'];

export class Device {
  /** @param {import('./world.mjs').World} world @param {{device: number, person_id: string}} facts */
  constructor(world, { device, person_id }, random) {
    Object.assign(this, { world, number: device, personId: person_id, random });
    this.name = `${person_id}#${device}`;
    this.link = new Link();
    this.link.device = this;
    this.storage = new Storage();
    this.skew = 0;
    this.version = 1;
    this.life = null;
    this.page = { failures: 0, isGreeted: false };
    this.status = {};
    this.troubles = [];
    this.backups = [];
  }

  /** Start the worker: nothing is remembered but what is stored. */
  start() {
    const { clock, network } = this.world;
    const lent = this.storage.lend();
    const life = { isOver: false, listeners: {} };
    life.end = () => {
      life.isOver = true;
      lent.end();
    };
    this.life = life;
    const later = (work, ms) => clock.after(ms, () => life.isOver || work());
    life.client = { postMessage: (message) => clock.after(1, () => life.isOver || this.hear(message)) };
    startWorker({
      globalThis: {
        addEventListener: (type, listener) => (life.listeners[type] = listener),
        clients: { matchAll: async () => [life.client], claim: async () => {} },
        registration: { sync: { register: async () => {} } },
        location: { origin: ORIGIN },
        skipWaiting: async () => {},
      },
      indexedDB: lent.indexedDB,
      fetch: (...given) =>
        new Promise((resolve, reject) => {
          const told = (finish) => (value) => life.isOver || finish(value);
          network.fetch(this.link, ...given).then(told(resolve), told(reject));
        }),
      caches: this.storage.caches,
      crypto: cryptoOf(this.random.uuid),
      navigator: { userAgent: `Simulator/1 Chrome/140 ${this.name}`, storage: undefined },
      Date: dateOf(() => clock.now + this.skew),
      setTimeout: later,
      clearTimeout: (entry) => clock.cancel(entry),
      AbortSignal: {
        timeout: (ms) => {
          const stop = new AbortController();
          later(() => stop.abort(), ms);
          return stop.signal;
        },
      },
      Headers: Fields,
      Response: Answer,
      BUILD_VERSION: String(this.version),
      BUILD_ASSETS: {},
      BUILD_PRECACHE: { core: [], later: [] },
    });
  }

  /** End the worker, as a browser may at any time. */
  kill() {
    this.life?.end();
    this.life = null;
  }

  /** A newer version of the app takes over. */
  update() {
    this.message({ type: 'rest' });
    this.kill();
    this.version += 1;
    this.start();
    this.dispatch('install', {});
    this.dispatch('activate', {});
    this.open(this.personId);
  }

  dispatch(type, event) {
    const waiting = [];
    const { life } = this;
    const failed = (error) => {
      if (!life.isOver) this.troubles.push(String(error?.stack ?? error));
    };
    const note = (work) => waiting.push(Promise.resolve(work).catch(failed));
    life.listeners[type]?.({ waitUntil: note, ...event });
    return waiting;
  }

  message(data) {
    if (this.life) this.dispatch('message', { data, source: this.life.client });
  }

  /** A page is opened: it greets the worker, and then waits for news (as pwa/page/connection.js does). */
  open(personId = null) {
    this.page = {
      failures: 0,
      isGreeted: false,
      timer: this.world.clock.cancel(this.page?.timer),
      askedAt: 0,
    };
    this.message({ type: 'hello', person_id: personId, locale: 'vi' });
  }

  /** The browser tells the page that there is a network again. */
  online() {
    this.message({ type: 'sync' });
    this.page.failures = 0;
    this.waitSoon(0);
  }

  waitSoon(ms) {
    const { page, world } = this;
    world.clock.cancel(page.timer);
    page.timer = world.clock.after(ms, () => {
      page.askedAt = world.clock.now;
      this.message({ type: 'wait' });
      this.waitSoon(LOST_MS); // in case the worker is stopped before it answers
    });
  }

  hear(message) {
    const { page } = this;
    if (message.type === 'trouble') this.trouble = message.name;
    if (message.type === 'status') {
      this.status = message;
      if (SIGNED_OUT.includes(message.connection)) this.signInLater();
      if (!page.isGreeted) this.waitSoon(0);
      page.isGreeted = true;
    }
    if (message.type !== 'waited') return;
    page.failures = message.is_reached ? 0 : page.failures + 1;
    const isQuick = this.world.clock.now - page.askedAt < PAUSE_MS;
    const rest = message.is_reached ? (isQuick ? PAUSE_MS : 0) : 1000 * 2 ** page.failures;
    this.waitSoon(Math.min(SLOWEST_MS, rest));
  }

  /** Ask the worker for a page or post a form to it. @returns {Promise<Answer|null>} null: the browser shows an error */
  ask(path, options = {}) {
    if (!this.life) return Promise.resolve(null);
    return new Promise((resolve) => {
      const request = new PageRequest(ORIGIN + path, options);
      const respondWith = (answer) => Promise.resolve(answer).then(resolve, () => resolve(null));
      this.dispatch('fetch', { request, respondWith });
    });
  }

  /** The context of a page, as its reader sees it; null when there is none. */
  async look(path) {
    const answer = await this.ask(path);
    if (answer?.status !== 200 || answer.redirected) return null;
    return answer.page?.context ?? null; // null: the server's own page, for lack of a replica
  }

  /** The person sees that the session is over, and signs in again when there is time. */
  signInLater() {
    if (this.isAboutToSignIn) return;
    this.isAboutToSignIn = true;
    this.world.clock.after(this.random.between(2_000, this.world.isHealing ? 4_000 : 60_000), () => {
      this.isAboutToSignIn = false;
      if (SIGNED_OUT.includes(this.status.connection)) this.signIn();
    });
  }

  /** What of its person's acts is in its outbox. */
  readOutbox() {
    const [waiting, settled] = ['waiting', 'settled'].map((store) =>
      this.storage.peek('congvan-outbox', store),
    );
    return { waiting, settled };
  }

  /** Sign in as the device's person. */
  async signIn() {
    const form = new FormData();
    form.set('login', this.personId);
    form.set('password', 'simulated');
    await this.ask('/login', { method: 'POST', form, redirect: 'manual' });
    this.open(this.personId);
  }

  /** What the worker keeps of the device itself. */
  async meta() {
    const found = await this.storage.read('congvan-device', ['meta']);
    return Object.fromEntries((found['meta keys'] ?? []).map((key, n) => [key, found.meta[n]]));
  }

  /** The id that the device is enrolled by, if it is. */
  async deviceId() {
    return (await this.meta())[`device_id:${this.personId}`] ?? null;
  }

  /** Everything that the oracle asks of a device. */
  async dump() {
    this.kill();
    const outbox = await this.storage.read('congvan-outbox', ['waiting', 'settled', 'files']);
    const replica = new (replicaModule({ indexedDB: this.storage.factory }).Replica)(this.personId);
    const since = await replica.since();
    const docs = await replica.startingWith('');
    const rows = [];
    for (const folder of FOLDERS) rows.push(...(await replica.list(folder, null, 100_000)).rows);
    await replica.close();
    const values = await this.meta();
    return {
      name: this.name,
      person_id: this.personId,
      device_id: values[`device_id:${this.personId}`] ?? null,
      session: values.session ?? null,
      is_whole: since !== undefined,
      docs,
      rows: rows.map((row) => [row.folder, row.sort_key, row._id]),
      waiting: outbox.waiting,
      settled: outbox.settled,
      files: outbox.files.map((file) => file.sha256),
      status: this.status,
      trouble: this.trouble ?? null,
      troubles: this.troubles.slice(0, 3),
    };
  }
}
