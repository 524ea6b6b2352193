import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { action, startWorker, surround } from './fakes.mjs';

/** @type {any} */
let outbox;
let parts;

beforeEach(async () => {
  surround();
  parts = await startWorker();
  outbox = parts.outbox;
});

const receipt = (id, status = 'applied') => ({
  receipt: {
    action_id: id,
    status,
    reason: null,
    details: {},
    document_id: 'incoming:doc-0001',
    version: 2,
  },
});
const ids = (rows) => rows.map((row) => row.action_id);

test('an action written twice is there once, in the order of acting', async () => {
  assert.equal(await outbox.addAction('an', action('b')), true);
  assert.equal(await outbox.addAction('an', action('a')), true);
  assert.equal(await outbox.addAction('an', action('b')), false);
  assert.deepEqual(ids(await outbox.waitingActions('an')), ['b', 'a']);
});

test('what was written is there after the worker was stopped', async () => {
  await outbox.addAction('an', action('a'), { title: 'Giấy mời' });
  const again = await startWorker();
  assert.equal((await again.outbox.waitingActions('an'))[0].title, 'Giấy mời');
});

test('nobody sees the actions of another person', async () => {
  await outbox.addAction('an', action('a'));
  assert.deepEqual(await outbox.waitingActions('binh'), []);
  await outbox.settle([receipt('a', 'refused')]);
  assert.deepEqual(await outbox.settledActions('binh'), []);
  await outbox.dismissAction('a', 'binh');
  assert.deepEqual(ids(await outbox.settledActions('an')), ['a']);
});

test('a final receipt settles, a held one does not', async () => {
  for (const id of ['a', 'b', 'c', 'd']) await outbox.addAction('an', action(id));
  const settled = await outbox.settle([
    receipt('a'),
    receipt('b', 'held'),
    receipt('c', 'needs_review'),
    receipt('unknown'),
  ]);
  assert.deepEqual(ids(settled), ['a', 'c']);
  assert.deepEqual(ids(await outbox.waitingActions('an')), ['b', 'd']);
  assert.deepEqual(await outbox.settle([receipt('a')]), [], 'the same receipt again changes nothing');
  assert.equal(await outbox.addAction('an', action('a')), false, 'a settled action is not queued again');
});

test('what is settled is seen by all who ask, however often it was asked for before', async () => {
  for (const id of ['a', 'b']) {
    await outbox.addAction('an', action(id));
    assert.equal((await outbox.settledActions('an')).length, id === 'a' ? 0 : 1);
    const [asked] = await Promise.all([outbox.settledActions('an'), outbox.settle([receipt(id, 'refused')])]);
    assert.ok(asked.length <= 2);
    assert.ok(ids(await outbox.settledActions('an')).includes(id));
  }
  await outbox.addAction('an', { ...action('c'), replaces: 'a' });
  await outbox.settle([receipt('c')]);
  const rows = await outbox.settledActions('an');
  assert.equal(rows.find((row) => row.action_id === 'a').replaced_by, 'c');
  await outbox.dismissAction('b', 'an');
  assert.deepEqual(ids(await outbox.settledActions('an')).sort(), ['a', 'c']);
});

test('receipts are kept for 30 days, refused actions until their author lets them go', async (t) => {
  await outbox.addAction('an', action('old'));
  await outbox.addAction('an', action('no'));
  await outbox.settle([receipt('old'), receipt('no', 'refused')]);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 31 * 24 * 3600 * 1000 });
  assert.deepEqual(ids(await outbox.settledActions('an')), ['no']);
  await outbox.dismissAction('no', 'an');
  assert.deepEqual(await outbox.settledActions('an'), []);
});

test('a body stays while its action waits or is refused, and goes with it', async () => {
  const blob = new Blob(['%PDF-1.7']);
  const file = { sha256: 'f'.repeat(64), name: 'a.pdf', size: 8, media_type: 'application/pdf' };
  await outbox.addAction('an', action('a', { file }), { files: [{ sha256: file.sha256, blob }] });
  await outbox.settle([receipt('a', 'refused')]);
  assert.equal((await outbox.outboxFile(file.sha256)).size, 8);
  await outbox.dismissAction('a', 'an');
  assert.equal(await outbox.outboxFile(file.sha256), undefined);
});

test('wiping the replica leaves the outbox alone', async () => {
  await outbox.addAction('an', action('a'));
  const replica = new parts.replica.Replica('an');
  await replica.load([], '1');
  await replica.wipe();
  assert.deepEqual(ids(await outbox.waitingActions('an')), ['a']);
});

test('the export has what waits, what was refused, and the bodies', async () => {
  const file = { sha256: 'f'.repeat(64), name: 'a.pdf', size: 40_000, media_type: 'application/pdf' };
  const bytes = Uint8Array.from({ length: 40_000 }, (_, index) => index % 251);
  await outbox.addAction('an', action('a', { file }), {
    files: [{ sha256: file.sha256, blob: new Blob([bytes]) }],
  });
  await outbox.addAction('an', action('no'));
  await outbox.addAction('binh', action('hers'));
  await outbox.settle([receipt('no', 'refused')]);
  const kept = JSON.parse(await (await parts.outboxExport.exportOutbox('an')).text());
  assert.deepEqual(
    kept.waiting.map((one) => one.action_id),
    ['a'],
  );
  assert.deepEqual(
    kept.refused.map((one) => [one.action_id, one.receipt.status]),
    [['no', 'refused']],
  );
  assert.deepEqual(new Uint8Array(Buffer.from(kept.files[file.sha256], 'base64')), bytes);
});

test('what was done after a form that the server refused does not wait for it for ever', async () => {
  await outbox.addAction('an', action('first'));
  await outbox.addAction('an', action('refused', {}, { after: 'first' }), { notBefore: Date.now() + 4_000 });
  await outbox.addAction('an', action('next', {}, { after: 'refused' }));
  await outbox.addAction('an', action('other'));
  assert.equal(await outbox.removeAction('refused'), true);
  assert.equal(await outbox.removeAction('other'), false, 'what was never at a form was told to be kept');
  const rows = await outbox.waitingActions('an');
  assert.deepEqual(
    rows.map((row) => [row.action_id, row.action.after]),
    [
      ['first', null],
      ['next', 'first'],
      ['other', null],
    ],
  );
});
