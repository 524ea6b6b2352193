import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { action, card, json, ME, OFFICE, startWorker, surround } from './fakes.mjs';

const AN = { personId: 'an', deviceId: 'device-0001' };
let server;
let parts;
/** @type {any} */
let replica;

beforeEach(async () => {
  ({ server } = surround());
  parts = await startWorker();
  replica = new parts.replica.Replica('an');
});

const queue = (...actions) => Promise.all(actions.map((one) => parts.outbox.addAction('an', one)));
const waiting = async () => (await parts.outbox.waitingActions('an')).map((row) => row.action_id);

async function filled() {
  server.write(ME, OFFICE, card('incoming:doc-0001'));
  await parts.sync.pull(AN, replica);
  server.requests = [];
}

test('a new device loads the snapshot, and tells how far it is', async () => {
  server.write(ME, OFFICE, ...Array.from({ length: 600 }, (_, n) => card(`incoming:doc-${n}`)));
  const seen = [];
  await parts.sync.pull(AN, replica, { onProgress: (done, total) => seen.push([done, total]) });
  assert.deepEqual(server.paths(), ['GET /sync/snapshot']);
  assert.equal((await replica.counts()).todo, 600);
  assert.deepEqual(seen.at(-1), [602, 602]);
  assert.ok(seen.length > 2);
});

test('a snapshot that was cut off does not count, and the next one begins again', async () => {
  server.write(ME, ...Array.from({ length: 400 }, (_, n) => card(`incoming:doc-${n}`)));
  server.after = async (_request, response) => {
    const lines = (await response.text()).split('\n');
    return new Response(lines.slice(0, 300).join('\n'), { headers: response.headers });
  };
  await assert.rejects(parts.sync.pull(AN, replica), /cut off/);
  assert.equal(await replica.since(), undefined);
  server.after = async (_request, response) => response;
  server.changes = server.changes.filter((change) => change.id !== 'incoming:doc-0');
  await parts.sync.pull(AN, replica);
  assert.equal(await replica.get('incoming:doc-0'), undefined, 'gone from the office while it was cut');
  assert.equal((await replica.counts()).todo, 399);
});

test('nothing new is exactly one request', async () => {
  await filled();
  await parts.sync.push(AN);
  const { ids } = await parts.sync.pull(AN, replica);
  assert.deepEqual(ids, []);
  assert.deepEqual(server.paths(), ['GET /sync/inbox/_changes']);
});

test('more changes than one answer holds are asked for until there are none', async () => {
  await filled();
  server.write(...Array.from({ length: 1100 }, (_, n) => card(`incoming:new-${n}`)));
  const { ids } = await parts.sync.pull(AN, replica);
  assert.equal(ids.length, 1100);
  assert.equal((await replica.counts()).todo, 1101);
  assert.equal(server.requests.length, 3);
});

test('a pull that is cut between two answers goes on from its checkpoint', async () => {
  await filled();
  server.write(...Array.from({ length: 700 }, (_, n) => card(`incoming:new-${n}`)));
  let answers = 0;
  server.before = async () => {
    answers += 1;
    if (answers === 2) throw new TypeError('network changed');
    return null;
  };
  await assert.rejects(parts.sync.pull(AN, replica));
  assert.equal((await replica.counts()).todo, 501);
  const { ids } = await parts.sync.pull(AN, replica);
  assert.equal(ids.length, 200);
  assert.equal((await replica.counts()).todo, 701);
});

test('a checkpoint that the server no longer knows leads to a new snapshot', async () => {
  await filled();
  server.before = async ({ path }) => (path.endsWith('_changes') ? json({ error: 'not_found' }, 404) : null);
  await parts.sync.pull(AN, replica);
  assert.deepEqual(server.paths(), ['GET /sync/inbox/_changes', 'GET /sync/snapshot']);
  assert.equal((await replica.counts()).todo, 1);
});

test('actions are sent in the order of acting, a hundred at a time, and settled', async () => {
  const ids = Array.from({ length: 250 }, (_, n) => `action-${String(n).padStart(4, '0')}`);
  for (const id of ids) await queue(action(id));
  const settled = await parts.sync.push(AN);
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    ids,
  );
  assert.deepEqual(server.paths(), Array(3).fill('POST /sync/actions'));
  assert.equal(settled.length, 250);
  assert.deepEqual(await waiting(), []);
});

test('an answer that was lost: the same actions again, done once', async () => {
  await queue(action('a'), action('b'));
  server.after = async () => {
    throw new TypeError('connection lost');
  };
  await assert.rejects(parts.sync.push(AN));
  assert.deepEqual(await waiting(), ['a', 'b']);
  server.after = async (_request, response) => response;
  await parts.sync.push(AN);
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    ['a', 'b'],
  );
  assert.deepEqual(await waiting(), []);
});

test('a batch that is lost loses no receipt of the one before it', async () => {
  for (let n = 0; n < 150; n += 1) await queue(action(`action-${n}`));
  server.after = async (_request, response) => {
    if (server.requests.length === 2) throw new TypeError('connection lost');
    return response;
  };
  await assert.rejects(parts.sync.push(AN));
  assert.equal((await waiting()).length, 50);
});

test('a successor in a later batch is not sent before what the server holds', async () => {
  await queue(action('held', {}, { after: 'never-seen' }));
  for (let n = 0; n < 100; n += 1) await queue(action(`action-${n}`));
  await queue(action('successor', {}, { after: 'held' }));
  await parts.sync.push(AN);
  assert.equal(server.requests.filter(({ body }) => body.includes('"successor"')).length, 0);
  assert.deepEqual(await waiting(), ['held', 'successor']);
});

test('a receipt that comes with the pull settles too', async () => {
  await filled();
  await queue(action('a'));
  await parts.outbox.updateAction('a', { is_sent: true, not_before: Date.now() + 60_000 });
  server.write({
    _id: 'receipt:a',
    kind: 'receipt',
    action_id: 'a',
    status: 'applied',
    version: 2,
    document_id: 'incoming:doc-0001',
  });
  await parts.sync.push(AN);
  const { settled } = await parts.sync.pull(AN, replica);
  assert.deepEqual(
    settled.map((row) => row.action_id),
    ['a'],
  );
  assert.deepEqual(server.paths(), ['GET /sync/inbox/_changes'], 'what was sent is not pushed again');
});

test('an action whose predecessor waits is not sent before it', async () => {
  await queue(action('first'));
  await queue(
    action('second', {}, { after: 'first' }),
    action('third', {}, { after: 'second' }),
    action('other'),
  );
  await parts.outbox.updateAction('first', { not_before: Date.now() + 60_000 });
  await parts.sync.push(AN);
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    ['other'],
  );
  await parts.outbox.updateAction('first', { not_before: 0 });
  await parts.sync.push(AN);
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    ['other', 'first', 'second', 'third'],
  );
});

test('what the server holds stays, and is tried again later and not at once', async (t) => {
  await queue(action('late', {}, { after: 'never-seen' }));
  await parts.sync.push(AN);
  await parts.sync.push(AN);
  assert.equal(server.requests.length, 1);
  assert.deepEqual(await waiting(), ['late']);
  server.receipts.set('never-seen', {});
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
  await parts.sync.push(AN);
  assert.deepEqual(await waiting(), []);
});

test('one action that the server cannot read stops no other', async () => {
  await queue(action('good-1'), action('bad'), action('good-2'));
  server.before = async ({ path, body }) =>
    path === '/sync/actions' && body.includes('"bad"') ? json({ error: 'bad_batch' }, 400) : null;
  await parts.sync.push(AN);
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    ['good-1', 'good-2'],
  );
  assert.deepEqual(await waiting(), ['bad']);
});

test('a refused action is kept with its reason', async () => {
  await queue(action('no', { text: 'refuse me' }));
  await parts.sync.push(AN);
  const [row] = await parts.outbox.settledActions('an');
  assert.deepEqual(
    [row.receipt.status, row.receipt.reason, row.action.fields.text],
    ['refused', 'not_allowed', 'refuse me'],
  );
});

const bytes = Buffer.alloc(2_500_000, 'công văn');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const file = { sha256, name: 'scan.pdf', size: bytes.length, media_type: 'application/pdf' };

test('a file goes before the action that names it, from where the server has it', async () => {
  server.partials.set(sha256, bytes.subarray(0, 700_000));
  await parts.outbox.addAction('an', action('a', { file }), { files: [{ sha256, blob: new Blob([bytes]) }] });
  await parts.sync.push(AN);
  assert.ok(server.files.get(sha256).equals(bytes));
  assert.deepEqual(server.paths().slice(0, 3), [
    `HEAD /sync/files/${sha256}`,
    `PUT /sync/files/${sha256}`,
    `PUT /sync/files/${sha256}`,
  ]);
  assert.equal(server.paths().at(-1), 'POST /sync/actions');
  assert.equal(await parts.outbox.outboxFile(sha256), undefined, 'the body goes with its action');
});

test('an upload that breaks off goes on where it was, and the action waits for it', async () => {
  await parts.outbox.addAction('an', action('a', { file }), { files: [{ sha256, blob: new Blob([bytes]) }] });
  let puts = 0;
  server.before = async ({ method }) => {
    if (method === 'PUT') puts += 1;
    if (method === 'PUT' && puts === 2) throw new TypeError('gone');
    return null;
  };
  await assert.rejects(parts.sync.push(AN));
  assert.deepEqual(server.applied, []);
  server.requests = [];
  await parts.sync.push(AN);
  assert.equal(server.requests[1].headers.get('Upload-Offset'), String(1024 * 1024));
  assert.equal(server.applied.length, 1);
});

test('a file that the server has whole is not sent again', async () => {
  server.files.set(sha256, bytes);
  await parts.outbox.addAction('an', action('a', { file }), { files: [{ sha256, blob: new Blob([bytes]) }] });
  await parts.sync.push(AN);
  assert.deepEqual(server.paths(), [`HEAD /sync/files/${sha256}`, 'POST /sync/actions']);
});

test('a file for which the server has no room now holds back its own action only', async () => {
  await parts.outbox.addAction('an', action('a', { file }), { files: [{ sha256, blob: new Blob([bytes]) }] });
  await queue(action('b'));
  server.before = async ({ method }) => (method === 'PUT' ? json({ error: 'too_many' }, 429) : null);
  await parts.sync.push(AN);
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    ['b'],
  );
  assert.deepEqual(await waiting(), ['a']);
});

test('while the server is at an upload that was cut off, its action waits a moment and the others go', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  await queue(action('b'));
  await parts.outbox.addAction('an', action('a', { file }), { files: [{ sha256, blob: new Blob([bytes]) }] });
  let puts = 0;
  server.before = async ({ method }) => {
    if (method !== 'PUT') return null;
    puts += 1;
    if (puts > 1) return null;
    const headers = { 'Upload-Offset': '0', 'Retry-After': '1', 'Content-Type': 'application/json' };
    return new Response('{"error":"busy"}', { status: 409, headers });
  };
  const applied = () => server.applied.map((one) => one.action_id);
  await parts.sync.push(AN);
  assert.deepEqual(applied(), ['b']);
  t.mock.timers.tick(2_000);
  await parts.sync.push(AN);
  assert.deepEqual(applied(), ['b', 'a']);
});

test('the server holds a request no longer than until what was put off may be sent', () => {
  const row = (ms) => ({ not_before: 1_000_000 + ms });
  const wait = (...rows) => parts.sync.waitOf(rows, 1_000_000);
  assert.equal(wait(), 55_000);
  assert.equal(wait(row(-5), row(20_000), row(40_000)), 20_000);
  assert.equal(wait(row(10)), 1_000);
  assert.equal(wait(row(3_600_000)), 55_000, 'of a clock that was wrong');
});

for (const status of [200, 400, 401, 403, 404, 410, 421])
  test(`a page in place of an answer, as some networks send (${status}), is no answer`, async () => {
    await filled();
    await queue(action('a'));
    const since = await replica.since();
    server.before = async () =>
      new Response('<h1>Wifi</h1>', { status, headers: { 'Content-Type': 'text/html' } });
    await assert.rejects(parts.sync.push(AN), /answered by a page/);
    assert.deepEqual(await waiting(), ['a']);
    await assert.rejects(parts.sync.pull(AN, replica), /answered by a page/);
    assert.equal(await replica.since(), since, 'what is on the device stays');
  });

test('a snapshot whose answer never begins is given up as soon as any other request', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  server.before = ({ signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      queueMicrotask(() => t.mock.timers.tick(30_000));
    });
  await assert.rejects(parts.sync.pull(AN, replica), /AbortError/);
});

test('what was put off by a clock that was wrong is sent when the clock is right', () => {
  const now = Date.now();
  const row = (action_id, ms) => ({ action_id, not_before: now + ms, action: { after: null } });
  const rows = [
    row('due', -1),
    row('soon', 50_000),
    row('in-an-hour', 3_600_000),
    row('in-a-day', 86_400_000),
  ];
  const due = parts.sync.dueRows(rows).map(({ action_id }) => action_id);
  assert.deepEqual(due, ['due', 'in-an-hour', 'in-a-day']);
});

test('what was signed ahead as another device is signed anew when the device gets another id', async () => {
  await queue(...Array.from({ length: 102 }, (_, n) => action(`a-${n}`)));
  const identity = { ...AN };
  server.after = async ({ path }, response) => {
    if (path === '/sync/actions') identity.deviceId = 'device-0002';
    return response;
  };
  await parts.sync.push(identity);
  const batches = server.requests
    .filter(({ path }) => path === '/sync/actions')
    .map(({ body }) => JSON.parse(body));
  assert.deepEqual(
    batches.map(({ device_id, actions }) => [device_id, ...new Set(actions.map((one) => one.device_id))]),
    [
      ['device-0001', 'device-0001'],
      ['device-0002', 'device-0002'],
    ],
  );
});

test('a body that the worker before this one had no time to drop is dropped', async () => {
  const blob = new Blob(['thân văn bản']);
  const sha256 = createHash('sha256').update('thân văn bản').digest('hex');
  await parts.sync.push(AN);
  await parts.outbox.addAction('an', action('b', { file: { sha256, name: 'a.pdf' } }), {
    files: [{ sha256, blob }],
  });
  const row = (await parts.outbox.waitingActions('an'))[0];
  await forgetRow(row);
  assert.ok(await parts.outbox.outboxFile(sha256));
  const again = await startWorker();
  await again.sync.push(AN);
  assert.equal(await again.outbox.outboxFile(sha256), undefined);
});

/** Take a row from the outbox as settling does, and end there. */
function forgetRow(row) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('congvan-outbox');
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('waiting', 'readwrite');
      transaction.objectStore('waiting').delete(row.seq);
      transaction.oncomplete = () => {
        opening.result.close();
        resolve();
      };
      transaction.onerror = () => reject(transaction.error);
    };
  });
}

test('what the server held goes as soon as the action before it, that it had not heard of, is taken', async (t) => {
  await queue(action('first'), action('second', {}, { after: 'first' }));
  server.before = async ({ path, body }) => {
    if (path !== '/sync/actions') return null;
    const held = JSON.parse(body).actions.find((one) => one.action_id === 'second');
    return json({ receipts: [{ action_id: held.action_id, status: 'held', reason: 'predecessor_missing' }] });
  };
  await parts.sync.push(AN);
  server.before = async () => null;
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 11_000 });
  await parts.sync.push(AN);
  assert.deepEqual(await waiting(), []);
});
