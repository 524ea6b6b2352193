/** What a service worker finds around it, for tests under Node: IndexedDB, caches, clients, and a small server. */
import { caseFileView } from '../../pwa/case_file_view.js';
import { entryView } from '../../pwa/entry_view.js';
import { filePlanView } from '../../pwa/file_plan_view.js';
import { repairsView, repairView } from '../../pwa/mending.js';
import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { IDBFactory } from 'fake-indexeddb';

/** Cache Storage in memory; `isFull` makes every put fail as a browser without room does. */
export class FakeCaches {
  constructor() {
    this.stores = new Map();
    this.isFull = false;
  }

  async open(name) {
    if (!this.stores.has(name)) this.stores.set(name, new Map());
    const store = this.stores.get(name);
    const key = (request) => new URL(request.url ?? request, 'http://congvan.test').href;
    return {
      match: async (request) => store.get(key(request))?.clone(),
      put: async (request, response) => {
        if (this.isFull) throw new DOMException('no room', 'QuotaExceededError');
        store.set(key(request), response);
      },
      delete: async (request) => store.delete(key(request)),
      keys: async () => [...store.keys()].map((url) => ({ url })),
    };
  }

  async delete(name) {
    return this.stores.delete(name);
  }

  async match(request) {
    for (const name of this.stores.keys()) {
      const found = await (await this.open(name)).match(request);
      if (found) return found;
    }
    return undefined;
  }
}

/**
 * A server with the contract of sync/gateway.py, small enough to be read: one inbox per person, sequence numbers, a
 * receipt per action, files by hash. `before` may throw or answer instead of it.
 */
export class FakeServer {
  constructor() {
    this.person = 'an';
    this.requests = [];
    this.changes = [];
    this.seq = 0;
    this.receipts = new Map();
    this.applied = [];
    this.files = new Map();
    this.partials = new Map();
    this.openings = [];
    this.revoked = new Set();
    this.devices = new Map();
    this.keys = null;
    this.before = async () => null;
    this.after = async (_request, response) => response;
    this.fetch = this.fetch.bind(this);
  }

  /** Put documents into the inbox. */
  write(...docs) {
    for (const doc of docs) {
      this.changes = this.changes.filter((change) => change.id !== doc._id);
      this.seq += 1;
      const seq = String(this.seq);
      this.changes.push({ seq, id: doc._id, doc, ...(doc._deleted && { deleted: true }) });
    }
  }

  paths() {
    return this.requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
  }

  async fetch(input, init = {}) {
    const url = new URL(input.url ?? input, 'http://congvan.test').href;
    const method = init.method ?? input.method ?? 'GET';
    const headers = new Headers(init.headers ?? input.headers);
    const body = init.body ?? null;
    const request = {
      url,
      method,
      headers,
      body,
      path: new URL(url).pathname,
      query: new URL(url).searchParams,
      signal: init.signal,
      input,
    };
    this.requests.push(request);
    const instead = await this.before(request);
    if (instead) return instead;
    return this.after(request, await this.answer(request));
  }

  async answer({ method, path, query, headers, body }) {
    if (this.person === null) return json({ error: 'unauthorized' }, 401);
    const claimed = headers.get('X-Congvan-Person');
    if (claimed && claimed !== this.person) return json({ error: 'another_person' }, 421);
    if (this.revoked.has(headers.get('X-Congvan-Device'))) return json({ error: 'device_revoked' }, 410);
    if (path === '/sync/devices') return this.enrol(JSON.parse(body));
    if (path === '/sync/openings') {
      this.openings.push(...JSON.parse(body).opened);
      return json({ noted: 1 });
    }
    if (path === '/sync/keys')
      return this.keys ? json({ keys: this.keys }) : json({ error: 'not_found' }, 404);
    if (path === '/sync/snapshot') {
      const lines = [
        { since: this.last(), count: this.changes.length },
        ...this.changes.map((change) => change.doc),
      ];
      return new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), {
        headers: { 'Content-Type': 'application/x-ndjson' },
      });
    }
    if (path === '/sync/inbox/_changes') {
      const rows = this.changes.filter((change) => Number(change.seq) > Number(query.get('since')));
      const results = rows.slice(0, Number(query.get('limit')));
      return json({
        results,
        last_seq: results.at(-1)?.seq ?? query.get('since'),
        pending: rows.length - results.length,
      });
    }
    if (path === '/sync/actions')
      return json({ receipts: JSON.parse(body).actions.map((action) => this.take(action)) });
    if (path.startsWith('/sync/files/')) return this.file(method, path.split('/').at(-1), headers, body);
    return json({ error: 'not_found' }, 404);
  }

  last() {
    return String(this.seq);
  }

  /** A device has one key, for good. */
  enrol({ public_key, ...device }) {
    const key_id = public_key ? keyId(public_key) : null;
    const known = this.devices.get(device.device_id);
    if (known && key_id && known !== key_id) return json({ error: 'key_taken' }, 409);
    if (key_id) this.devices.set(device.device_id, key_id);
    return json({ person_id: this.person, device: { ...device, key_id } }, 201);
  }

  take(action) {
    const known = this.receipts.get(action.action_id);
    if (known) return known;
    const receipt = {
      action_id: action.action_id,
      command: action.command,
      document_id: action.document_id,
      reason: null,
      details: {},
      version: 2,
      received_at: '2026-11-22T08:15:00.000Z',
    };
    if (action.after && !this.receipts.has(action.after))
      return { ...receipt, status: 'held', reason: 'predecessor_missing' };
    const status = action.fields.text === 'refuse me' ? 'refused' : 'applied';
    const final = { ...receipt, status, reason: status === 'refused' ? 'not_allowed' : null };
    this.receipts.set(action.action_id, final);
    if (status === 'applied') this.applied.push(action);
    return final;
  }

  async file(method, sha256, headers, body) {
    if (method === 'HEAD') {
      const offset = this.partials.get(sha256)?.length ?? 0;
      return new Response(null, {
        status: this.files.has(sha256) ? 200 : 404,
        headers: { 'Upload-Offset': String(offset) },
      });
    }
    const before = this.partials.get(sha256) ?? Buffer.alloc(0);
    if (Number(headers.get('Upload-Offset')) !== before.length)
      return json({}, 409, { 'Upload-Offset': String(before.length) });
    const whole = Buffer.concat([before, Buffer.from(await body.arrayBuffer())]);
    this.partials.set(sha256, whole);
    if (whole.length < Number(headers.get('Upload-Length')))
      return json({}, 202, { 'Upload-Offset': String(whole.length) });
    this.files.set(sha256, whole);
    return json({}, 201, { 'Upload-Offset': String(whole.length) });
  }
}

/** The id of a public key, base64 of its SPKI form. */
export const keyId = (publicKey) =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16);

export function json(body, status = 200, headers = {}) {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

/** Fresh surroundings; give the server, what pages were told, and the caches. */
export function surround() {
  globalThis.indexedDB = new IDBFactory();
  const server = new FakeServer();
  const told = [];
  const caches = new FakeCaches();
  const client = { postMessage: (message) => told.push(message) };
  Object.assign(globalThis, { fetch: server.fetch, caches, clients: { matchAll: async () => [client] } });
  Object.defineProperty(globalThis, 'navigator', {
    value: {
      userAgent: 'Mozilla/5.0 (X11; Linux) Chrome/140.0',
      storage: { estimate: async () => ({ usage: 0, quota: 1e9 }) },
    },
    configurable: true,
    writable: true,
  });
  return { server, told, caches };
}

const bundle = await build({
  entryPoints: [fileURLToPath(new URL('worker_parts.mjs', import.meta.url))],
  bundle: true,
  format: 'esm',
  write: false,
  logLevel: 'warning',
});
const source = Buffer.from(bundle.outputFiles[0].contents).toString('base64');
let lives = 0;

/** The views of the second script (pwa/later.js), which reads templates that are compiled elsewhere. */
const LATER = {
  repair: repairView,
  repairs: repairsView,
  case_file: caseFileView,
  file_plan: filePlanView,
  entry: entryView,
};

/**
 * Start the worker's modules anew: nothing is remembered but what is stored.
 * @returns {Promise<typeof import('./worker_parts.mjs')>}
 */
export async function startWorker() {
  lives += 1;
  const parts = await import(`data:text/javascript;base64,${source}#${lives}`);
  parts.views.later.views = LATER;
  return parts;
}

export function action(id, fields = {}, more = {}) {
  return {
    action_id: id,
    command: 'AddComment',
    document_id: 'incoming:doc-0001',
    seen_version: 1,
    acted_at: '2026-11-22T08:00:00.000Z',
    device_id: 'device-0001',
    after: null,
    fields: { text: 'Đề nghị xử lý', ...fields },
    ...more,
  };
}

export function card(id, more = {}) {
  return {
    _id: id,
    kind: id.split(':')[0],
    version: 1,
    state: 'assigned',
    title: `Văn bản ${id}`,
    number: '12/UBND',
    sender: 'UBND tỉnh',
    folder: 'todo',
    sort_key: '1-2026-12-01-x',
    updated_at: '2026-11-22T07:00:00.000Z',
    urgency: 'normal',
    confidentiality: 'normal',
    due_on: null,
    allowed_actions: ['add_comment', 'take_on'],
    files: [],
    links: [],
    timeline: [],
    reviews: [],
    assignments: [],
    my_assignment: null,
    ...more,
  };
}

export const ME = {
  _id: 'profile:me',
  kind: 'profile',
  person_id: 'an',
  name: 'Nguyễn Văn An',
  position: 'Chuyên viên',
  unit_id: 'cntt',
  unit_name: 'Phòng CNTT',
  roles: ['specialist'],
};
export const OFFICE = {
  _id: 'directory:office',
  kind: 'directory',
  units: [{ unit_id: 'cntt', name: 'Phòng CNTT', short_name: 'CNTT', head_id: 'binh' }],
  people: [
    {
      person_id: 'binh',
      name: 'Trần Thị Bình',
      position: 'Trưởng phòng',
      unit_id: 'cntt',
      roles: ['division_head'],
    },
  ],
  leaders: [],
  catalogues: { types: [{ code: 'CV', name: 'Công văn' }] },
};

/**
 * A worker with a router whose pages are the context as JSON, and a person at it: what tests of pages and forms need.
 * Anew for each test.
 */
export class Seat {
  async begin() {
    Object.assign(this, surround());
    this.parts = await startWorker();
    const render = async (template, context) => JSON.stringify({ template, ...context });
    this.router = new this.parts.router.Router(render, { css: '/a.css', page_js: '/p.js' });
  }

  /** Sign in with these documents in the inbox, all of it on the device. */
  async working(...docs) {
    this.server.write(ME, OFFICE, ...docs);
    await this.parts.session.forgetWho();
    await this.parts.session.identify('an');
    await this.parts.session.synchronise();
    this.server.requests = [];
  }

  get(path) {
    return this.router.answer(new Request(ORIGIN + path));
  }

  async page(path) {
    return JSON.parse(await (await this.get(path)).text());
  }

  post(path, fields) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields))
      for (const one of [value].flat()) body.append(name, one);
    return this.router.answer(new Request(ORIGIN + path, { method: 'POST', body }));
  }

  /** The page that an answer leads to. */
  followed(response) {
    return this.page(response.headers.get('Location').replace(ORIGIN, ''));
  }

  /** The actions that wait to be sent. */
  async waiting() {
    return (await this.parts.outbox.waitingActions('an')).map((row) => row.action);
  }
}

export const ORIGIN = 'http://congvan.test';
export const offline = async () => {
  throw new TypeError('offline');
};
