/** What the device signs, which receipts it believes, and what it can prove afterwards. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { actForm, receiptForm } from '../../pwa/signed_forms.js';
import { action, card, json, keyId, ME, OFFICE, startWorker, surround } from './fakes.mjs';

let server;
let told;
let parts;

beforeEach(async () => {
  ({ server, told } = surround());
  parts = await startWorker();
});

/** A server that signs its receipts, with a key of its own. */
function signing() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const public_key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const key_id = keyId(public_key);
  const take = server.take.bind(server);
  server.keys = [...(server.keys ?? []), { key_id, public_key }];
  server.signed = (receipt) => ({
    ...receipt,
    signature: { key_id, value: sign(null, receiptForm(receipt), privateKey).toString('base64') },
  });
  server.take = (one) => {
    const receipt = take(one);
    if (receipt.status === 'held') return receipt;
    const action_sha256 = createHash('sha256').update(actForm(one, one.device_id)).digest('hex');
    return server.signed({ ...receipt, device_id: one.device_id, actor_id: 'an', action_sha256 });
  };
}

async function signIn() {
  server.write(ME, OFFICE, card('incoming:doc-0001'));
  await parts.session.forgetWho();
  await parts.session.identify('an');
  await parts.session.synchronise();
  server.requests = [];
  told.length = 0;
}

const queue = async (id, more) => {
  const { deviceId } = await parts.session.signedIn();
  return parts.outbox.addAction('an', await parts.deviceKey.signed(action(id, {}, more), deviceId));
};
const waiting = async () => (await parts.outbox.waitingActions('an')).map((row) => row.action_id);
const settled = () => parts.outbox.settledActions('an');
const troubles = () => told.filter((message) => message.type === 'trouble');
const tamperedBy = (change) => {
  const take = server.take;
  server.take = (one) => ({ ...take(one), ...change });
};

async function isSignedBy(one, publicKey) {
  const { subtle } = globalThis.crypto;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const spki = Buffer.from(publicKey, 'base64');
  const key = await subtle.importKey('spki', spki, algorithm, false, ['verify']);
  const value = Buffer.from(one.device_signature.value, 'base64');
  return subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, value, actForm(one, one.device_id));
}

test('a device hands over its key when it is enrolled, and keeps the private half from every script', async () => {
  await parts.session.identify('an');
  const [enrolled] = server.requests;
  const { device_id, public_key } = JSON.parse(enrolled.body);
  const key = await parts.deviceKey.deviceKey(device_id);
  assert.equal(key.public_key, public_key);
  assert.equal(key.key_id, keyId(public_key));
  assert.equal(key.private_key.extractable, false);
  const again = await startWorker();
  assert.equal((await again.deviceKey.deviceKey(device_id)).key_id, key.key_id, 'it outlives the worker');
});

test('an act is signed before it is written down, and sent as it was signed', async () => {
  await signIn();
  const router = new parts.router.Router(async () => '', { css: '', page_js: '' });
  server.before = async () => {
    throw new TypeError('offline');
  };
  const body = new FormData();
  const fields = { action_id: 'act-0001', seen_version: '1', after: '', text: 'Đồng ý 👍' };
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  await router.answer(
    new Request('http://congvan.test/incoming/doc-0001/add-comment', { method: 'POST', body }),
  );
  const [{ action: queued }] = await parts.outbox.waitingActions('an');
  const { deviceId } = await parts.session.signedIn();
  const { public_key } = await parts.deviceKey.deviceKey(deviceId);
  assert.ok(await isSignedBy(queued, public_key));
  assert.equal(await isSignedBy({ ...queued, fields: { text: 'Không đồng ý' } }, public_key), false);
  server.before = async () => null;
  await parts.session.synchronise();
  assert.deepEqual(server.applied[0], queued);
});

test('a device from before there were keys hands one over first, and signs what waited', async () => {
  await signIn();
  const { deviceId } = await parts.session.signedIn();
  await parts.device.writeDevice({ [`device_key:${deviceId}`]: undefined });
  server.devices.clear();
  parts = await startWorker();
  await queue('act-0001');
  assert.equal((await parts.outbox.waitingActions('an'))[0].action.device_signature, undefined);
  await parts.session.synchronise();
  const { public_key } = await parts.deviceKey.deviceKey(deviceId);
  assert.deepEqual(server.paths().slice(0, 2), ['POST /sync/devices', 'POST /sync/actions']);
  assert.ok(await isSignedBy(server.applied[0], public_key));
  server.requests = [];
  await parts.session.synchronise();
  assert.deepEqual(server.paths(), ['GET /sync/inbox/_changes'], 'once is enough');
});

test('what was signed under an earlier id of the device is signed as what it is now', async () => {
  await signIn();
  await queue('act-0001');
  server.revoked.add((await parts.session.signedIn()).deviceId);
  await parts.session.synchronise();
  await parts.session.forgetWho();
  await parts.session.identify('an');
  await parts.session.synchronise();
  const { deviceId } = await parts.session.signedIn();
  assert.equal(server.applied[0].device_id, deviceId);
  const { public_key } = await parts.deviceKey.deviceKey(deviceId);
  assert.ok(await isSignedBy(server.applied[0], public_key));
});

test('a key that no longer works: the device is enrolled anew, and nothing goes unsigned', async (t) => {
  await signIn();
  await parts.outbox.addAction('an', action('act-0001'));
  const before = (await parts.session.signedIn()).deviceId;
  const { subtle } = globalThis.crypto;
  const broken = t.mock.method(subtle, 'sign', async () => {
    broken.mock.restore();
    throw new DOMException('the key is gone', 'OperationError');
  });
  await parts.session.synchronise();
  const { deviceId } = await parts.session.signedIn();
  assert.notEqual(deviceId, before);
  assert.equal(server.devices.size, 2, 'one new id, not more');
  const { public_key } = await parts.deviceKey.deviceKey(deviceId);
  assert.ok(await isSignedBy(server.applied[0], public_key));
  assert.deepEqual(await waiting(), []);
});

test('a browser without Web Crypto sends unsigned acts and takes receipts unchecked, and says so', async () => {
  const { crypto } = globalThis;
  const randomUUID = () => crypto.randomUUID();
  Object.defineProperty(globalThis, 'crypto', { value: { randomUUID }, configurable: true, writable: true });
  try {
    parts = await startWorker();
    signing();
    await signIn();
    await queue('act-0001');
    await parts.session.synchronise();
    assert.equal(server.applied[0].device_signature, undefined);
    assert.deepEqual(await waiting(), []);
    assert.equal((await settled())[0].proof, 'unverified');
  } finally {
    Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true, writable: true });
  }
});

test('a browser that knows no Ed25519 takes receipts unchecked, and says so', async (t) => {
  t.mock.method(globalThis.crypto.subtle, 'importKey', async () => {
    throw new DOMException('unknown algorithm', 'NotSupportedError');
  });
  signing();
  await signIn();
  await queue('act-0001');
  await parts.session.synchronise();
  assert.equal((await settled())[0].proof, 'unverified');
});

test('a signed receipt settles, and is kept with its signature and the digest of what was handed over', async () => {
  signing();
  await signIn();
  await queue('act-0001');
  await parts.session.synchronise();
  const [row] = await settled();
  assert.equal(row.proof, 'signed');
  assert.equal(row.receipt.signature.key_id, server.keys[0].key_id);
  const digest = createHash('sha256').update(actForm(row.action, row.action.device_id)).digest('hex');
  assert.deepEqual([row.action_sha256, row.receipt.action_sha256], [digest, digest]);
  await queue('act-0002');
  await parts.session.synchronise();
  const asked = server.paths().filter((path) => path === 'GET /sync/keys');
  assert.equal(asked.length, 1, 'the keys are asked for once');
});

const FORGERIES = {
  'another status': { status: 'refused' },
  'another content': { action_sha256: '0'.repeat(64) },
  'a signature by nobody': { signature: { key_id: 'unknown', value: 'AAAA' } },
  'a signature that is none': { signature: { key_id: '', value: '***' } },
};
for (const [name, change] of Object.entries(FORGERIES))
  test(`a forged receipt settles nothing: ${name}`, async (t) => {
    signing();
    await signIn();
    await queue('act-0001');
    const { take } = server;
    tamperedBy(change);
    await parts.session.synchronise();
    assert.deepEqual(await waiting(), ['act-0001']);
    assert.deepEqual(await settled(), []);
    assert.equal(troubles().length, 1);
    const [{ receipt_fault, not_before }] = await parts.outbox.waitingActions('an');
    assert.equal(receipt_fault, name === 'another content' ? 'content' : 'signature');
    assert.ok(not_before > Date.now(), 'it is not asked again and again');
    server.take = take;
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
    await parts.session.synchronise();
    assert.deepEqual(await waiting(), [], 'the true receipt settles it later');
  });

test('a true receipt of another act does not settle this one', async () => {
  signing();
  await signIn();
  await queue('act-0001');
  const other = server.take({ ...action('act-0001', { text: 'Không đồng ý' }), device_id: 'device-0001' });
  server.receipts.clear();
  server.take = () => other;
  await parts.session.synchronise();
  assert.deepEqual(await waiting(), ['act-0001']);
  assert.equal((await parts.outbox.waitingActions('an'))[0].receipt_fault, 'content');
});

test('once the server signs, a receipt without a signature settles nothing', async () => {
  signing();
  await signIn();
  await queue('act-0001');
  await parts.session.synchronise();
  tamperedBy({ signature: undefined });
  await queue('act-0002');
  await parts.session.synchronise();
  assert.deepEqual(await waiting(), ['act-0002']);
});

test('a forged receipt in the inbox settles nothing either', async () => {
  signing();
  await signIn();
  await queue('act-0001');
  await parts.outbox.updateAction('act-0001', { not_before: Date.now() + 60_000 });
  const receipt = server.signed({ action_id: 'act-0001', status: 'applied', version: 2, actor_id: 'an' });
  server.write({ _id: 'receipt:act-0001', kind: 'receipt', ...receipt, status: 'merged' });
  await parts.session.synchronise();
  assert.deepEqual(await waiting(), ['act-0001']);
  server.write({ _id: 'receipt:act-0001', kind: 'receipt', ...receipt });
  await parts.session.synchronise();
  assert.deepEqual(await waiting(), []);
  assert.equal((await settled())[0].proof, 'signed');
});

test('after a change of key the new one is asked for, and both are known', async () => {
  signing();
  await signIn();
  await queue('act-0001');
  await parts.session.synchronise();
  signing();
  await queue('act-0002');
  await parts.session.synchronise();
  assert.deepEqual(
    (await settled()).map((row) => row.proof),
    ['signed', 'signed'],
  );
});

test('a form whose receipt is forged waits, and is asked for again', async () => {
  signing();
  await signIn();
  await queue('act-0000');
  await parts.session.synchronise(); // the keys are known
  const router = new parts.router.Router(async () => '', { css: '', page_js: '' });
  const post = (id) => {
    const body = new FormData();
    const fields = { action_id: id, seen_version: '1', after: '', text: 'Đồng ý' };
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const url = 'http://congvan.test/incoming/doc-0001/add-comment';
    return router.answer(new Request(url, { method: 'POST', body }));
  };
  const answering = (change) => {
    server.before = async ({ path, input }) => {
      if (!path.startsWith('/incoming/')) return null;
      const id = (await input.clone().formData()).get('action_id');
      const facts = { action_id: id, command: 'AddComment', actor_id: 'an', device_id: null, version: 2 };
      const outcome = { status: 'applied', received_at: '2026-11-22T08:15:00.000Z', action_sha256: null };
      const receipt = { ...server.signed({ ...facts, ...outcome }), ...change };
      const trigger = JSON.stringify({ 'congvan:receipt': receipt });
      return json({}, 200, { 'HX-Trigger': trigger, 'X-Congvan-Receipt': id });
    };
  };
  answering({});
  await post('act-0001');
  assert.deepEqual(await waiting(), []);
  assert.equal((await settled()).find((row) => row.action_id === 'act-0001').proof, 'signed');
  answering({ version: 99 });
  await post('act-0002');
  assert.deepEqual(await waiting(), ['act-0002']);
});

test('the outbox shows what was handed over, when, and that its receipt is signed', async () => {
  signing();
  await signIn();
  await queue('act-0001');
  await queue('act-0002');
  tamperedBy({ status: 'refused' });
  const take = server.take;
  server.take = (one) =>
    one.action_id === 'act-0001' ? server.signed({ ...take(one), status: 'applied' }) : take(one);
  await parts.session.synchronise();
  const url = new URL('http://congvan.test/outbox');
  const shown = await parts.views.buildView('outbox', await parts.session.signedIn(), { url });
  assert.deepEqual(
    shown.settled.map((one) => [one.action_id, one.proof, one.fields.text, one.received_at]),
    [['act-0001', 'signed', 'Đề nghị xử lý', '2026-11-22T08:15:00.000Z']],
  );
  assert.deepEqual(
    shown.waiting.map((one) => [one.action_id, one.receipt_fault]),
    [['act-0002', 'signature']],
  );
});

test('the export has the receipts with their signatures', async () => {
  signing();
  await signIn();
  await queue('act-0001');
  await queue('act-0002', { fields: { text: 'refuse me' } });
  await parts.session.synchronise();
  const kept = JSON.parse(await (await parts.outboxExport.exportOutbox('an')).text());
  assert.deepEqual(
    [...kept.settled, ...kept.refused].map((one) => [one.action_id, one.receipt.signature.key_id]),
    [
      ['act-0001', server.keys[0].key_id],
      ['act-0002', server.keys[0].key_id],
    ],
  );
  for (const one of [...kept.settled, ...kept.refused]) {
    const digest = createHash('sha256').update(actForm(one, one.receipt.device_id)).digest('hex');
    assert.equal(one.receipt.action_sha256, digest);
  }
});
