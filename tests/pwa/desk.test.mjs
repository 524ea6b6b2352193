import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { APP_VERSION, upgraded } from '../../pwa/versions.js';
import { action, card, json, ORIGIN, offline, Seat, startWorker } from './fakes.mjs';

const seat = new Seat();
let server;
let parts;
let told;

beforeEach(async () => {
  await seat.begin();
  ({ server, parts, told } = seat);
});

const working = (...docs) => seat.working(...docs);
const get = (path) => seat.get(path);
const page = (path) => seat.page(path);
const post = (path, fields) => seat.post(path, fields);
const followed = (response) => seat.followed(response);
const waiting = () => seat.waiting();

const review = (id, more = {}) => ({
  review_id: id,
  command: 'Assign',
  is_mine: true,
  owner_id: 'an',
  opened_at: `2026-11-22T08:00:00.00${id.at(-1)}Z`,
  choices: ['ours', 'theirs'],
  theirs: [],
  ours: { text: '', fields: {} },
  ...more,
});
const reviewed = (id, ...reviews) => card(id, { reviews });
const chosen = (document, id, own) => `${document} ${id} 1 ${own}`;

test('offline, several decisions are queued, an action of its own for each, and the desk shows that they wait', async () => {
  await working(
    reviewed('incoming:doc-0001', review('rev-1'), review('rev-2')),
    reviewed('incoming:doc-0002', review('rev-3')),
  );
  server.before = offline;
  const response = await post('/reviews/resolve', {
    action_id: 'base',
    choice: 'theirs',
    review: [
      chosen('incoming:doc-0001', 'rev-1', 'base-1'),
      chosen('incoming:doc-0001', 'rev-2', 'base-2'),
      chosen('incoming:doc-0002', 'rev-3', 'base-3'),
    ],
  });
  assert.equal(response.status, 303);
  const queued = await waiting();
  assert.deepEqual(
    queued.map((one) => [one.action_id, one.document_id, one.fields.review_id, one.fields.choice, one.after]),
    [
      ['base-1', 'incoming:doc-0001', 'rev-1', 'theirs', null],
      ['base-2', 'incoming:doc-0001', 'rev-2', 'theirs', 'base-1'],
      ['base-3', 'incoming:doc-0002', 'rev-3', 'theirs', null],
    ],
  );
  const desk = await followed(response);
  assert.deepEqual(
    desk.results.map((row) => [row.title, row.status]),
    [
      ['Văn bản incoming:doc-0001', 'waiting'],
      ['Văn bản incoming:doc-0001', 'waiting'],
      ['Văn bản incoming:doc-0002', 'waiting'],
    ],
  );
  assert.deepEqual(
    desk.reviews.map((row) => row.pending),
    [true, true, true],
  );
});

test('online, each decision has its own true result, also when one of them is refused', async () => {
  await working(
    reviewed('incoming:doc-0001', review('rev-1')),
    reviewed('incoming:doc-0002', review('rev-2')),
  );
  server.before = async ({ path, body }) => {
    if (path !== '/sync/actions') return null;
    const receipts = JSON.parse(body).actions.map((one) => {
      const receipt = server.take(one);
      const refused = { ...receipt, status: 'refused', reason: 'wrong_state' };
      return one.fields.review_id === 'rev-2' ? refused : receipt;
    });
    return json({ receipts });
  };
  const response = await post('/reviews/resolve', {
    action_id: 'base',
    choice: 'ours',
    review: [chosen('incoming:doc-0001', 'rev-1', 'base-1'), chosen('incoming:doc-0002', 'rev-2', 'base-2')],
  });
  const { results } = await followed(response);
  assert.deepEqual(results.map((row) => [row.document_id, row.status, row.reason]).sort(), [
    ['incoming:doc-0001', 'applied', null],
    ['incoming:doc-0002', 'refused', 'wrong_state'],
  ]);
  assert.deepEqual(await waiting(), []);
});

test('choosing nothing is said and queues nothing', async () => {
  await working(reviewed('incoming:doc-0001', review('rev-1')));
  const desk = await followed(await post('/reviews/resolve', { action_id: 'base', choice: 'ours' }));
  assert.equal(desk.nothing_chosen, true);
  assert.deepEqual(await waiting(), []);
});

const notice = (more = {}) => ({
  _id: 'notice:rev-1',
  kind: 'notice',
  review_id: 'rev-1',
  document_id: 'incoming:doc-0001',
  version: 3,
  title: 'Văn bản',
  told: 'opened',
  at: '2026-11-22T08:00:00.000Z',
  ...more,
});
const notices = async (path) => (await page(path)).notices.map((one) => `${one.review_id} ${one.told}`);
const acknowledge = (told_, id) =>
  post('/incoming/doc-0001/acknowledge-review', {
    action_id: id,
    seen_version: '3',
    after: '',
    review_id: 'rev-1',
    told: told_,
  });

test('a notice is shown without a network until its author has read it, and comes back with the end', async () => {
  await working(card('incoming:doc-0001'), notice());
  server.before = offline;
  assert.deepEqual(await notices('/inbox'), ['rev-1 opened']);
  assert.deepEqual(await notices('/outbox'), ['rev-1 opened']);
  const response = await acknowledge('opened', 'action-0001');
  assert.equal(response.headers.get('Location'), `${ORIGIN}/inbox`);
  assert.deepEqual(await notices('/inbox'), []);
  assert.deepEqual(
    (await waiting()).map((one) => [one.command, one.fields]),
    [['AcknowledgeReview', { review_id: 'rev-1', told: 'opened' }]],
  );
  server.before = async () => null;
  server.write(notice({ told: 'resolved', choice: 'theirs' }));
  await parts.session.synchronise();
  assert.deepEqual(await notices('/inbox'), ['rev-1 resolved'], 'the end was not read with the beginning');
  server.write({ _id: 'notice:rev-1', _deleted: true });
  await parts.session.synchronise();
  assert.deepEqual(await notices('/inbox'), []);
});

async function refused(more = {}) {
  await parts.outbox.addAction('an', action('old-00001', { text: 'refuse me' }, more), {
    title: 'Giấy mời',
    files: more.files,
  });
  await parts.session.synchronise();
}

test('a refused action is done anew in one step: the form as it was, and the old one marked when it is sent', async () => {
  await working(card('incoming:doc-0001', { version: 5 }));
  await refused();
  server.before = offline;
  const [old] = (await page('/outbox')).refused;
  assert.equal(old.redo, '/incoming/doc-0001?form=add_comment&from=old-00001#act-add-comment');
  const shown = await page(old.redo.split('#')[0]);
  assert.deepEqual(
    [shown.open_form, shown.form, shown.card.version, shown.lost],
    ['add_comment', { text: 'refuse me', replaces: 'old-00001' }, 5, null],
  );
  const form = {
    action_id: 'new-00001',
    seen_version: '5',
    after: '',
    text: 'Bản sửa',
    replaces: 'old-00001',
  };
  await post('/incoming/doc-0001/add-comment', form);
  const [sent] = await waiting();
  assert.deepEqual([sent.action_id, sent.replaces, sent.seen_version], ['new-00001', 'old-00001', 5]);
  const before = (await page('/outbox')).refused[0];
  assert.deepEqual([before.replaced_by, before.redo], ['new-00001', '']);
  server.before = async () => null;
  await parts.session.synchronise();
  const after = (await page('/outbox')).refused[0];
  assert.equal(after.replaced_by, 'new-00001', 'it stays marked once the new one is settled');
  assert.equal((await parts.session.status()).refused, 0, 'and asks for nothing any more');
});

test('the file of a refused action goes along from the device', async () => {
  const blob = new Blob(['%PDF-1.7 lời không mất'], { type: 'application/pdf' });
  const sha256 = await parts.bytes.hexDigest(await blob.arrayBuffer());
  const file = { sha256, name: 'du-thao.pdf', size: blob.size, media_type: 'application/pdf' };
  await working(card('outgoing:dft-0001', { allowed_actions: ['add_version'] }));
  await parts.outbox.addAction(
    'an',
    action(
      'old-00001',
      { text: 'refuse me', file },
      { command: 'AddVersion', document_id: 'outgoing:dft-0001' },
    ),
    { files: [{ sha256, blob }] },
  );
  await parts.session.synchronise();
  const shown = await page('/outgoing/dft-0001?form=add_version&from=old-00001');
  assert.deepEqual(shown.form.file, file);
  server.files.clear();
  server.partials.clear();
  server.requests = [];
  await post('/outgoing/dft-0001/add-version', {
    action_id: 'new-00001',
    seen_version: '1',
    after: '',
    replaces: 'old-00001',
    file: new File([], ''),
    file_sha256: sha256,
    file_name: 'du-thao.pdf',
    note: 'Lần hai',
  });
  assert.ok(!server.paths().includes('POST /outgoing/dft-0001/add-version'), 'the form lacks the body');
  await parts.session.synchronise();
  assert.deepEqual(
    server.applied.map((one) => [one.action_id, one.fields.file]),
    [['new-00001', file]],
  );
  assert.equal(server.files.get(sha256)?.toString(), '%PDF-1.7 lời không mất');
});

test('where it cannot be done anew the words stay, and it is said why', async () => {
  await working(card('incoming:doc-0001', { allowed_actions: [] }));
  await refused();
  server.before = offline;
  const [old] = (await page('/outbox')).refused;
  assert.deepEqual([old.redo, old.fields.text], ['', 'refuse me']);
  const shown = await page('/incoming/doc-0001?form=add_comment&from=old-00001');
  assert.deepEqual([shown.open_form, shown.lost.fields.text], [null, 'refuse me']);
  const gone = await get('/incoming/doc-0002?form=add_comment&from=old-00001');
  assert.equal(gone.headers.get('Location'), `${ORIGIN}/outbox`);
});

test('another person of this browser gets nothing of a refused action', async () => {
  await working(card('incoming:doc-0001'));
  await refused();
  server.person = 'binh';
  await working(card('incoming:doc-0001'));
  const shown = await page('/incoming/doc-0001?form=add_comment&from=old-00001');
  assert.deepEqual([shown.form, shown.lost], [{}, null]);
});

test('a refused case file is done anew', async () => {
  await working();
  await refused({
    command: 'CreateCaseFile',
    document_id: null,
    fields: { text: 'refuse me', title: 'Hồ sơ' },
  });
  assert.equal((await page('/outbox')).refused[0].redo, '/case-files?from=old-00001');
  const { form } = await page('/case-files?from=old-00001');
  assert.deepEqual([form.title, form.replaces], ['Hồ sơ', 'old-00001']);
});

const held =
  (details) =>
  async ({ path, body }) => {
    if (path !== '/sync/actions') return null;
    const actions = JSON.parse(body).actions;
    const isFree = (one) => one.is_forced && details.force_from < new Date().toISOString();
    return json({
      receipts: actions.map((one) => ({
        ...server.take({ ...one, after: null }),
        ...(!isFree(one) && { status: 'held', reason: 'predecessor_missing', details }),
      })),
    });
  };

test('an action that waits for a lost one says so, and goes on its author’s word once that is allowed', async () => {
  await working(card('incoming:doc-0001'));
  await parts.outbox.addAction('an', action('act-00001', {}, { after: 'lost-0001' }));
  server.before = held({ force_from: '2999-01-01T00:00:00.000Z' });
  await parts.session.synchronise();
  const told_ = async () => (await page('/outbox')).waiting.map((one) => one.held);
  const early = { reason: 'predecessor_missing', force_from: '2999-01-01T00:00:00.000Z', may_force: false };
  assert.deepEqual(await told_(), [early]);
  server.before = held({ force_from: '2026-01-01T00:00:00.000Z' });
  await parts.outbox.updateAction('act-00001', { not_before: 0 });
  await parts.session.synchronise();
  assert.equal((await told_())[0].may_force, true);
  await post('/outbox/force', { action_id: 'act-00001' });
  await parts.session.synchronise();
  assert.deepEqual(await waiting(), []);
  assert.equal(server.applied.length > 0, true);
});

test('nobody forces the action of another person', async () => {
  await parts.outbox.addAction('binh', action('act-00001', {}, { after: 'lost-0001' }));
  await parts.outbox.forceAction('act-00001', 'an');
  assert.equal((await parts.outbox.waitingActions('binh'))[0].action.is_forced, undefined);
});

test('an app that is too old keeps its outbox and says so; what waits is sent in the form of the new one', async () => {
  await working(card('outgoing:dft-0001'));
  const old = action(
    'act-00001',
    { target: 'division' },
    {
      command: 'ReturnDraft',
      document_id: 'outgoing:dft-0001',
      device_signature: { key_id: 'k', value: 'of the old form' },
    },
  );
  await parts.outbox.addAction('an', old);
  let isRenewed = false;
  const seen = [];
  server.before = async ({ path, body }) => {
    if (path !== '/sync/actions' || isRenewed) return null;
    const [one] = JSON.parse(body).actions;
    seen.push(one);
    const receipt = { ...one, status: 'held', reason: 'app_too_old', details: {} };
    return json({ receipts: [receipt] });
  };
  await parts.session.synchronise();
  assert.equal((await waiting()).length, 1);
  assert.equal((await parts.session.status()).is_too_old, true);
  assert.equal(
    told.some((message) => message.type === 'status' && message.is_too_old),
    true,
  );
  assert.equal((await page('/outbox')).waiting[0].held.reason, 'app_too_old');
  const again = await startWorker();
  assert.equal((await again.outbox.waitingActions('an')).length, 1, 'nothing is lost by starting anew');
  isRenewed = true;
  await parts.outbox.updateAction('act-00001', { not_before: 0 });
  await parts.session.synchronise();
  assert.deepEqual(
    server.applied.map((one) => [one.app_version, one.fields.return_to, 'target' in one.fields]),
    [[APP_VERSION, 'division', false]],
  );
  assert.notEqual(server.applied[0].device_signature?.value, 'of the old form', 'it is another content');
  assert.deepEqual(
    seen.map((one) => 'target' in one.fields),
    [true, false],
    'it is sent as it was first, in case that it was taken already',
  );
  assert.equal((await parts.session.status()).is_too_old, false);
});

test('forms say of which version they are', async () => {
  await working(card('incoming:doc-0001'));
  server.before = offline;
  await post('/incoming/doc-0001/add-comment', {
    action_id: 'act-00001',
    seen_version: '1',
    after: '',
    text: 'Lời',
  });
  assert.equal((await waiting())[0].app_version, APP_VERSION);
});

/** Everything that a browser keeps, as a backup of the phone has it. */
async function backup() {
  const copies = [];
  for (const { name, version } of await indexedDB.databases()) {
    const db = await opened(indexedDB.open(name, version));
    const stores = [];
    for (const store of db.objectStoreNames) {
      const from = db.transaction(store).objectStore(store);
      const [keys, values] = [await opened(from.getAllKeys()), await opened(from.getAll())];
      stores.push({ store, isInline: from.keyPath !== null, rows: keys.map((key, at) => [key, values[at]]) });
    }
    copies.push({ name, version, stores });
    db.close();
  }
  return copies;
}

async function restore(copies) {
  for (const { name, version, stores } of copies) {
    const db = await opened(indexedDB.open(name, version));
    for (const { store, isInline, rows } of stores) {
      const into = db.transaction(store, 'readwrite').objectStore(store);
      await opened(into.clear());
      for (const [key, value] of rows) await opened(isInline ? into.put(value) : into.put(value, key));
    }
    db.close();
  }
}

const opened = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

test('a device restored from a backup sends again, with one outcome each and an equal replica', async () => {
  await working(card('incoming:doc-0001'), card('incoming:doc-0002'), notice());
  const cut = server.before;
  server.before = offline;
  await post('/incoming/doc-0001/add-comment', {
    action_id: 'act-00001',
    seen_version: '1',
    after: '',
    text: 'Một',
  });
  await post('/incoming/doc-0001/add-comment', {
    action_id: 'act-00002',
    seen_version: '1',
    after: '',
    text: 'Hai',
  });
  await post('/incoming/doc-0002/add-comment', {
    action_id: 'act-00003',
    seen_version: '1',
    after: '',
    text: 'refuse me',
  });
  const copies = await backup();
  server.before = cut;
  // the queued ones are sent, others act, the device goes on working
  await parts.session.synchronise();
  server.write(card('incoming:doc-0001', { version: 7 }), card('incoming:doc-0003'));
  server.write({ _id: 'notice:rev-1', _deleted: true });
  await parts.outbox.addAction('an', action('act-00004'));
  await parts.session.synchronise();
  const all = async (from) => [await from.startingWith('incoming:'), await from.startingWith('notice:')];
  const now = await all(new parts.replica.Replica('an'));
  const applied = server.applied.map((one) => one.action_id);
  assert.deepEqual(applied, ['act-00001', 'act-00002', 'act-00004']);
  await restore(copies);
  parts = await startWorker();
  assert.equal((await parts.outbox.waitingActions('an')).length, 3);
  await parts.session.synchronise();
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    applied,
    'nothing was done twice',
  );
  assert.deepEqual(
    (await parts.outbox.settledActions('an')).map((row) => [row.action_id, row.receipt.status]).sort(),
    [
      ['act-00001', 'applied'],
      ['act-00002', 'applied'],
      ['act-00003', 'refused'],
    ],
  );
  assert.deepEqual(await parts.outbox.waitingActions('an'), []);
  assert.deepEqual(await all(new parts.replica.Replica('an')), now);
  assert.equal((await now)[0].length, 3);
});

test('the reason with which an older app finished without an answer stays, with the result', () => {
  const fields = { result: 'Xong', no_answer_reason: 'Đã gọi điện' };
  const old = { ...action('a', fields, { command: 'Conclude' }), app_version: 3 };
  const { fields: renewed } = upgraded(old);
  assert.deepEqual([renewed.result, 'no_answer_reason' in renewed], ['Xong\nĐã gọi điện', false]);
});
