/**
 * The network between devices and the server: every request takes its time both ways, and may be lost, repeated,
 * delayed past others, or cut at any byte, as the device's link says. The server answers in no time of its own.
 */
import { Answer, bytesOf, encodeForm, Fields } from './messages.mjs';

const ORIGIN = 'http://localhost';
const GIVEN_UP_MS = 120_000;
const SERVER_DOWN_MS = 300;

/** How things stand between one device and the server; `once` holds what befalls the next request. */
export class Link {
  constructor() {
    this.heal();
    this.cookies = new Map();
  }

  heal() {
    this.isRefused = false;
    this.isUpLost = false;
    this.isDownLost = false;
    this.portal = 0;
    this.once = [];
    this.scramble = null;
  }
}

export class Network {
  /** @param {import('./clock.mjs').Clock} clock @param {(header: any, body?: Uint8Array) => any} ask @param {any} random */
  constructor(clock, ask, random) {
    Object.assign(this, { clock, ask, random, parked: new Set() });
    this.isSlow = true;
    /** Told with the names of the databases that an exchange changed. */
    this.onChanged = () => {};
    /** Told with the id of an act whose form is sent, and of one that the server refuses as a form. */
    this.onSent = () => {};
    this.onRefused = () => {};
  }

  lag() {
    const { random } = this;
    return random.is(this.isSlow ? 0.05 : 0) ? random.between(500, 4000) : random.between(5, 120);
  }

  /** Fetch for a device. @param {Link} link */
  async fetch(link, input, init = {}) {
    const request = typeof input === 'string' ? null : input;
    const url = new URL(request?.url ?? input, ORIGIN);
    const headers = new Fields(init.headers ?? request?.headers);
    let body = await bytesOf(init.body);
    const actionId = request?.form?.get('action_id');
    if (actionId) this.onSent(link.device, actionId);
    if (request?.form) {
      const encoded = await encodeForm(request.form);
      headers.set('Content-Type', encoded.type);
      body = encoded.body;
    }
    const sent = {
      method: init.method ?? request?.method ?? 'GET',
      path: url.pathname + url.search,
      headers,
      body,
      redirect: init.redirect ?? request?.redirect ?? 'follow',
      actionId,
    };
    if (sent.method !== 'GET' && sent.method !== 'HEAD') headers.set('Origin', ORIGIN);
    return this.carry(link, sent, init.signal ?? null);
  }

  carry(link, sent, signal) {
    return new Promise((resolve, reject) => {
      const exchange = { link, sent, isOver: false };
      const end = (finish) => (value) => {
        if (exchange.isOver) return;
        exchange.isOver = true;
        this.clock.cancel(exchange.limit);
        this.parked.delete(exchange);
        finish(value);
      };
      exchange.resolve = end(resolve);
      exchange.reject = end(() => reject(new TypeError('network')));
      exchange.limit = this.clock.after(GIVEN_UP_MS, exchange.reject);
      const abort = end(() => reject(new DOMException('aborted', 'AbortError')));
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      if (link.isRefused) return void this.clock.after(3, exchange.reject);
      exchange.fault = link.once.shift() ?? {};
      const { delay = 0, repeat } = exchange.fault;
      if (repeat) this.clock.after(this.lag() + repeat, () => this.repeat(exchange));
      this.clock.after(this.lag() + delay, () => this.arrive(exchange));
    });
  }

  /** Send a batch as an app with a fault might: out of order, or without what comes first. */
  scramble(link, sent) {
    const batch = JSON.parse(sent.body.toString());
    if (batch.actions.length < 2) return;
    const actions = link.scramble === 'reversed' ? batch.actions.reverse() : batch.actions.slice(1);
    sent.body = Buffer.from(JSON.stringify({ ...batch, actions }));
    link.scramble = null;
  }

  /** A copy of a request that some part of the network sent twice: nobody hears the answer. */
  repeat({ link, sent }) {
    if (!link.isRefused && !link.isUpLost) this.exchange(link, sent, sent.body);
  }

  arrive(exchange) {
    const { link, sent, fault } = exchange;
    if (link.isUpLost || link.isRefused) return; // lost; whoever waits gives up in their own time
    if (link.portal)
      return void this.clock.after(this.lag(), () => this.answerAsPortal(exchange, link.portal));
    const cut =
      fault.cutRequest === undefined ? sent.body.length : Math.floor(sent.body.length * fault.cutRequest);
    if (link.scramble && sent.path === '/sync/actions') this.scramble(link, sent);
    const answer = this.exchange(link, sent, sent.body.subarray(0, cut));
    if (answer === null || cut < sent.body.length) return void this.clock.after(this.lag(), exchange.reject);
    const waitsFor = answer.headers.get('X-Congvan-Wait');
    if (waitsFor && sent.path.includes('feed=longpoll') && !exchange.isOver) {
      exchange.waitsFor = waitsFor;
      exchange.until ??= this.clock.now + Number(/timeout=(\d+)/.exec(sent.path)?.[1] ?? 55_000);
      this.parked.add(exchange);
      return void this.clock.after(exchange.until - this.clock.now, () => this.unpark(exchange, answer));
    }
    this.answer(exchange, answer);
  }

  /** The page of some Wi-Fi that wants to be signed in to, or its way to one. */
  answerAsPortal({ sent, resolve, reject }, status) {
    const isRedirect = status === 302;
    if (isRedirect && sent.redirect === 'follow') return reject(); // to another site, which may not be read
    const told = isRedirect
      ? new Answer('', { status: 0, type: 'opaqueredirect' })
      : new Answer('<h1>Wifi</h1>', { status, headers: { 'Content-Type': 'text/html' } });
    resolve(Object.assign(told, { isForeign: true }));
  }

  unpark(exchange, answer) {
    if (this.parked.delete(exchange)) this.answer(exchange, answer);
  }

  answer(exchange, answer) {
    this.clock.after(this.lag(), () => {
      const { link, fault, sent } = exchange;
      if (link.isDownLost || link.isRefused || fault.loseAnswer) return;
      if (fault.cutAnswer !== undefined) answer.cutAt = Math.floor(answer.bytes.length * fault.cutAnswer);
      this.keepCookies(link, answer);
      const isRedirect = answer.status >= 300 && answer.status < 400;
      if (!isRedirect) return exchange.resolve(answer);
      if (sent.redirect === 'manual')
        return exchange.resolve(new Answer('', { status: 0, type: 'opaqueredirect' }));
      const at = new URL(answer.headers.get('Location'), ORIGIN);
      const next = {
        method: 'GET',
        path: at.pathname + at.search,
        headers: new Fields(),
        body: Buffer.alloc(0),
      };
      const final = this.exchange(link, next, next.body);
      if (final === null) return exchange.reject();
      exchange.resolve(Object.assign(final, { redirected: true, url: at.href }));
    });
  }

  /** Let the server answer; null when its process ended meanwhile. @param {Link} link */
  exchange(link, { method, path, headers, actionId, body: whole }, body) {
    const { header, body: content } = this.ask(
      {
        kind: 'http',
        at: this.clock.now,
        method,
        path: path.replace('feed=longpoll', 'feed=normal'),
        headers: {
          ...Object.fromEntries(headers),
          'Content-Length': String(whole.length),
          Cookie: [...link.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        },
      },
      body,
    );
    this.heard(header);
    if (header.status === 0) return null;
    const answer = new Answer(content, { status: header.status, url: ORIGIN + path });
    for (const [name, value] of header.headers) answer.headers.append(name, value);
    if (actionId && answer.headers.get('X-Congvan-Receipt') === 'refused') this.onRefused(actionId);
    return answer;
  }

  /** Draw the conclusions from what the server did: wake who waits, or end every connection with its process. */
  heard({ changed = [], is_restarted = false }) {
    if (is_restarted) {
      const broken = [...this.parked];
      this.parked.clear();
      this.clock.after(SERVER_DOWN_MS, () => {
        for (const exchange of broken) exchange.reject();
      });
    }
    for (const exchange of [...this.parked]) {
      if (!changed.includes(exchange.waitsFor)) continue;
      this.parked.delete(exchange);
      this.clock.after(10, () => exchange.isOver || this.arrive(exchange));
    }
    if (changed.length > 0) this.onChanged(changed);
  }

  keepCookies(link, answer) {
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(';');
      const [name, value] = pair.split('=');
      const isOver = attributes.some((one) => /max-age=0\b/i.test(one));
      if (isOver) link.cookies.delete(name.trim());
      else link.cookies.set(name.trim(), value);
    }
  }
}
