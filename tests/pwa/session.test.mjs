import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { action, card, ME, OFFICE, startWorker, surround } from './fakes.mjs';

let server;
let told;
let caches;
let parts;

beforeEach(async () => {
  ({ server, told, caches } = surround());
  parts = await startWorker();
});

async function signIn(person = 'an') {
  server.person = person;
  await parts.session.forgetWho();
  await parts.session.identify(person);
  await parts.session.synchronise();
}

async function working() {
  server.write(ME, OFFICE, card('incoming:doc-0001'));
  await signIn();
  server.requests = [];
  told.length = 0;
}

const types = () => told.map((message) => message.type);
const replicaOf = (person) => new parts.replica.Replica(person);

test('signing in enrols the device, loads the replica and tells the pages', async () => {
  server.write(ME, OFFICE, card('incoming:doc-0001'));
  await signIn();
  assert.deepEqual(server.paths(), ['POST /sync/devices', 'GET /sync/snapshot']);
  assert.ok(types().includes('changed'));
  const person = await parts.session.signedIn();
  assert.equal((await person.replica.get('profile:me')).name, ME.name);
  const [enrolled] = server.requests;
  assert.equal(JSON.parse(enrolled.body).name, 'Chrome · Linux');
});

test('a device id belongs to one person: a second person on this browser gets another', async () => {
  await signIn('an');
  const first = await parts.device.deviceId('an');
  await signIn('binh');
  assert.notEqual(await parts.device.deviceId('binh'), first);
  assert.equal(await parts.device.deviceId('an'), first);
});

test("another person never meets the first one's replica; the outbox is kept for the first", async () => {
  await working();
  await parts.outbox.addAction('an', action('a'));
  server.changes = [];
  server.write({ ...ME, person_id: 'binh', name: 'Trần Thị Bình' });
  await signIn('binh');
  const person = await parts.session.signedIn();
  assert.equal(person.personId, 'binh');
  assert.equal(await person.replica.get('incoming:doc-0001'), undefined);
  assert.deepEqual(server.applied, [], "nothing of the first person is sent under the second one's session");
  await signIn('an');
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    ['a'],
  );
});

test("right after a sign-in nobody's replica is shown until the server says who it is", async () => {
  await working();
  await parts.session.forgetWho();
  assert.equal(await parts.session.signedIn(), null);
  const again = await startWorker();
  assert.equal(await again.session.signedIn(), null);
});

test('a session of somebody else on this browser: nothing is sent or read, and who it is is asked', async () => {
  await working();
  await parts.outbox.addAction('an', action('a'));
  server.person = 'binh'; // signed in in a window without the worker
  await parts.session.synchronise();
  assert.deepEqual(server.applied, []);
  assert.equal(await parts.session.signedIn(), null);
  assert.ok(await replicaOf('an').get('incoming:doc-0001'), "what is the first one's stays");
});

test("an expired session: reading and queueing go on, and the same person's sign-in sends", async () => {
  await working();
  server.person = null;
  await parts.session.synchronise();
  assert.equal(told.at(-1).connection, 'expired');
  const person = await parts.session.signedIn();
  assert.ok(await person.replica.get('incoming:doc-0001'));
  await parts.outbox.addAction('an', action('a'));
  await signIn('an');
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    ['a'],
  );
  assert.equal((await parts.session.status()).connection, 'online');
});

test('an expired session is remembered by a worker that was stopped', async () => {
  await working();
  server.person = null;
  await parts.session.synchronise();
  const again = await startWorker();
  assert.equal((await again.session.status()).connection, 'expired');
});

test('signing out leaves nothing to read, and keeps the outbox', async () => {
  await working();
  await parts.outbox.addAction('an', action('a'));
  await parts.session.signOut();
  assert.equal(await parts.session.signedIn(), null);
  assert.equal(await replicaOf('an').since(), undefined);
  assert.equal((await parts.outbox.waitingActions('an')).length, 1);
});

test('a revoked device sends what it had, is wiped, and still offers what was not sent', async () => {
  await working();
  await parts.outbox.addAction('an', action('a'));
  server.revoked.add(await parts.device.deviceId('an'));
  await parts.session.synchronise();
  assert.equal(told.findLast((message) => message.type === 'status').connection, 'revoked');
  assert.equal(await parts.session.signedIn(), null);
  assert.equal(await replicaOf('an').since(), undefined);
  assert.equal(caches.stores.size, 0);
  assert.equal(JSON.parse(await (await parts.outboxExport.exportOutbox('an')).text()).waiting.length, 1);
});

test('after a sign-in on a revoked device it is enrolled anew, and what it had is sent as its own', async () => {
  await working();
  const old = await parts.device.deviceId('an');
  await parts.outbox.addAction('an', action('a', {}, { device_id: old }));
  server.revoked.add(old);
  await parts.session.synchronise();
  await signIn('an');
  const fresh = await parts.device.deviceId('an');
  assert.notEqual(fresh, old);
  assert.equal(server.applied[0].device_id, fresh);
});

test('no network: the pages are told, and told again when it is back', async () => {
  await working();
  server.before = async () => {
    throw new TypeError('offline');
  };
  assert.equal(await parts.session.synchronise(), false);
  assert.equal(told.at(-1).connection, 'offline');
  assert.equal(parts.session.isOnline(), false);
  server.before = async () => null;
  assert.equal(await parts.session.synchronise(), true);
  assert.equal((await parts.session.status()).connection, 'online');
});

test('two tabs that wait share one request', async () => {
  await working();
  await Promise.all([parts.session.waitForChanges(), parts.session.waitForChanges()]);
  assert.equal(server.requests.length, 1);
  assert.equal(server.requests[0].query.get('feed'), 'longpoll');
});

test('asked to sync while syncing, it runs once more, so that nothing queued meanwhile is forgotten', async () => {
  await working();
  await parts.outbox.addAction('an', action('a'));
  let isFirst = true;
  server.before = async ({ path }) => {
    if (path === '/sync/inbox/_changes' && isFirst) {
      isFirst = false;
      await parts.outbox.addAction('an', action('b'));
      parts.session.synchronise();
    }
    return null;
  };
  await parts.session.synchronise();
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    ['a', 'b'],
  );
});

test('after a time without a network the first question is answered at once, so that people see that it is back', async () => {
  await working();
  server.before = async () => {
    throw new TypeError('offline');
  };
  assert.equal(await parts.session.waitForChanges(), false);
  server.before = async () => null;
  server.requests = [];
  told.length = 0;
  assert.equal(await parts.session.waitForChanges(), true);
  assert.notEqual(server.requests[0].query.get('feed'), 'longpoll');
  assert.equal(told.findLast(({ type }) => type === 'status').connection, 'online');
  await parts.session.waitForChanges();
  assert.equal(server.requests.at(-1).query.get('feed'), 'longpoll');
});

test('what waits is sent once, also when a tab that waits and the network that is back ask for it at a time', async () => {
  await working();
  await parts.outbox.addAction('an', action('a'));
  await Promise.all([parts.session.waitForChanges(), parts.session.synchronise()]);
  assert.equal(server.paths().filter((path) => path === 'POST /sync/actions').length, 1);
});

test('receipts are told to the pages with the title of their document', async () => {
  await working();
  await parts.outbox.addAction('an', action('a'), { title: 'Giấy mời họp' });
  await parts.session.synchronise();
  const { receipts } = told.find((message) => message.type === 'receipts');
  assert.deepEqual(
    receipts.map(({ title, status }) => [title, status]),
    [['Giấy mời họp', 'applied']],
  );
});

const body = Buffer.from('%PDF-1.7 công văn');
const sha256 = createHash('sha256').update(body).digest('hex');
const file = (hash) => ({ sha256: hash, name: 'a.pdf', size: body.length, media_type: 'application/pdf' });

test('files of what is to be done are kept; one without its hash never is', async () => {
  const wrong = 'e'.repeat(64);
  server.write(
    ME,
    card('incoming:a', { files: [file(sha256)] }),
    card('incoming:b', { files: [file(wrong)] }),
  );
  server.before = async ({ path }) => (path.startsWith('/files/') ? new Response(body) : null);
  await signIn();
  await parts.session.filesKept();
  assert.equal(await (await parts.files.keptFile(sha256)).text(), body.toString());
  assert.equal(await parts.files.keptFile(wrong), undefined);
});

test('no room for a file: the cards come all the same', async () => {
  caches.isFull = true;
  server.write(ME, card('incoming:a', { files: [file(sha256)] }));
  server.before = async ({ path }) => (path.startsWith('/files/') ? new Response(body) : null);
  await signIn();
  await parts.session.filesKept();
  const person = await parts.session.signedIn();
  assert.ok(await person.replica.get('incoming:a'));
  assert.equal((await parts.session.status()).connection, 'online');
});

test('files of documents that left the inbox go', async () => {
  server.write(ME, card('incoming:a', { files: [file(sha256)] }));
  server.before = async ({ path }) => (path.startsWith('/files/') ? new Response(body) : null);
  await signIn();
  await parts.session.filesKept();
  server.write({ _id: 'incoming:a', _deleted: true });
  await parts.session.synchronise();
  await parts.session.filesKept();
  assert.equal(await parts.files.keptFile(sha256), undefined);
});

test('a sign-in that was cut off before the device knew who it was is made good by the page that stays open', async () => {
  await working();
  await parts.outbox.addAction('an', action('a'));
  await parts.session.forgetWho();
  server.before = async () => {
    throw new TypeError('the server is starting');
  };
  await assert.rejects(parts.session.identify('an'));
  server.before = async () => null;
  assert.equal(await parts.session.waitForChanges(), true);
  assert.deepEqual(await parts.outbox.waitingActions('an'), []);
});

test('a session that ended before the device knew whose it is: pages ask for signing in again, and nothing is shown', async () => {
  await working();
  await parts.session.forgetWho();
  server.person = null;
  assert.equal(await parts.session.waitForChanges(), false);
  assert.equal((await parts.session.status()).connection, 'expired');
  assert.equal(await parts.session.signedIn(), null, 'it may have been somebody else who signed in');
  await signIn('an');
  assert.equal((await parts.session.status()).connection, 'online');
});

test('on a revoked device two that ask at once who is signed in do not enrol it twice', async () => {
  await working();
  const old = await parts.device.deviceId('an');
  server.revoked.add(old);
  await parts.session.forgetWho();
  server.requests = [];
  await Promise.all([parts.session.identify('an'), parts.session.identify(null)]);
  const asked = server.requests
    .filter(({ path }) => path === '/sync/devices')
    .map(({ body }) => JSON.parse(body).device_id);
  assert.deepEqual([...new Set(asked)], [old, await parts.device.deviceId('an')]);
});
