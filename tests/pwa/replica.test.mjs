import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { card, ME, startWorker, surround } from './fakes.mjs';

/** @type {any} */
let replica;
let parts;

beforeEach(async () => {
  surround();
  parts = await startWorker();
  replica = new parts.replica.Replica('an');
});

const change = (doc) => ({ id: doc._id, doc });
const ids = ({ rows }) => rows.map((row) => row._id);

test('a list comes in the order of its keys, a page at a time', async () => {
  const docs = [5, 3, 1, 4, 2].map((n) => card(`incoming:doc-${n}`, { sort_key: `1-2026-12-0${n}` }));
  await replica.load([...docs, card('incoming:else', { folder: 'done' })], '9');
  const first = await replica.list('todo', null, 2);
  assert.deepEqual(ids(first), ['incoming:doc-1', 'incoming:doc-2']);
  const second = await replica.list('todo', first.next, 2);
  assert.deepEqual(ids(second), ['incoming:doc-3', 'incoming:doc-4']);
  const third = await replica.list('todo', second.next, 2);
  assert.deepEqual([ids(third), third.next], [['incoming:doc-5'], null]);
  assert.deepEqual(await replica.counts(), { todo: 5, watching: 0, done: 1 });
});

test('a key of another folder, or nonsense, begins at the beginning', async () => {
  await replica.load([card('incoming:a'), card('incoming:b', { folder: 'done' })], '9');
  const { next } = await replica.list('done', null, 0);
  assert.deepEqual(ids(await replica.list('todo', next, 5)), ['incoming:a']);
  assert.deepEqual(ids(await replica.list('todo', '\u0000<script>', 5)), ['incoming:a']);
});

test('a card that moves to another folder is in one list only; a deleted one in none', async () => {
  await replica.load([card('incoming:a'), card('incoming:b')], '1');
  await replica.apply([change(card('incoming:a', { folder: 'done', version: 2 }))], '1', '2');
  assert.deepEqual(ids(await replica.list('todo', null, 9)), ['incoming:b']);
  assert.deepEqual(ids(await replica.list('done', null, 9)), ['incoming:a']);
  await replica.apply(
    [{ id: 'incoming:a', deleted: true, doc: { _id: 'incoming:a', _deleted: true } }],
    '2',
    '3',
  );
  assert.deepEqual(ids(await replica.list('done', null, 9)), []);
  assert.equal(await replica.get('incoming:a'), undefined);
});

test('a batch that breaks off leaves neither its cards nor its checkpoint', async () => {
  await replica.load([card('incoming:a')], '1');
  const broken = card('incoming:c', { title: () => 'cannot be stored' });
  await assert.rejects(replica.apply([change(card('incoming:b')), change(broken)], '1', '2'));
  assert.equal(await replica.since(), '1');
  assert.equal(await replica.get('incoming:b'), undefined);
  assert.deepEqual(ids(await replica.list('todo', null, 9)), ['incoming:a']);
});

test('of two tabs that asked from the same checkpoint, the second batch is left out', async () => {
  await replica.load([], '1');
  assert.equal(await replica.apply([change(card('incoming:a', { version: 3 }))], '1', '3'), true);
  assert.equal(await replica.apply([change(card('incoming:a', { version: 2 }))], '1', '2'), false);
  assert.equal((await replica.get('incoming:a')).version, 3);
  assert.equal(await replica.since(), '3');
});

test('the same batch again, from the new checkpoint, changes nothing', async () => {
  await replica.load([], '1');
  const batch = [change(card('incoming:a'))];
  await replica.apply(batch, '1', '2');
  await replica.apply(batch, '2', '2');
  assert.deepEqual(ids(await replica.list('todo', null, 9)), ['incoming:a']);
});

test('receipts are not kept among the cards', async () => {
  await replica.load([ME, { _id: 'receipt:x', kind: 'receipt', action_id: 'x' }], '1');
  assert.equal(await replica.get('receipt:x'), undefined);
  assert.equal((await replica.get('profile:me')).name, ME.name);
});

test('documents with an open review are found', async () => {
  await replica.load([card('incoming:a'), card('outgoing:b', { reviews: [{ review_id: 'r' }] })], '1');
  assert.deepEqual(
    (await replica.withReviews()).map((row) => row._id),
    ['outgoing:b'],
  );
  await replica.apply([change(card('outgoing:b', { reviews: [] }))], '1', '2');
  assert.deepEqual(await replica.withReviews(), []);
});

test('two people have two replicas', async () => {
  await replica.load([card('incoming:a')], '1');
  const other = new parts.replica.Replica('binh');
  assert.equal(await other.since(), undefined);
  assert.equal(await other.get('incoming:a'), undefined);
  await replica.wipe();
  assert.equal(await replica.since(), undefined, 'a wiped replica can be used again, empty');
});

const numbered = (kind, from, to) =>
  Array.from({ length: to - from }, (_, n) => card(`${kind}:doc-${String(from + n).padStart(4, '0')}`));
const titles = async (prefix) => (await replica.startingWith(prefix)).map(({ _id, title }) => [_id, title]);

test('every document of a long snapshot is found, and none that is not in it', async () => {
  const docs = [...numbered('incoming', 0, 90), ME, ...numbered('outgoing', 0, 40)].sort((a, b) =>
    a._id < b._id ? -1 : 1,
  );
  const rows = new Map();
  await replica.load(docs.slice(0, 60), null, rows);
  await replica.load(docs.slice(60), '1', rows);
  for (const doc of docs) assert.deepEqual(await replica.get(doc._id), doc);
  for (const id of ['a', 'incoming:doc-00005', 'incoming:doc-0090', 'outgoing:doc-0040', 'z'])
    assert.equal(await replica.get(id), undefined);
  assert.equal((await replica.counts()).todo, 130);
  for (const prefix of ['incoming:', 'outgoing:', 'profile:', 'outgoing:doc-001', 'case_file:', 'z'])
    assert.deepEqual(
      await replica.startingWith(prefix),
      docs.filter((doc) => doc._id.startsWith(prefix)),
    );
});

test('what changed or was deleted after the snapshot counts, and what came back', async () => {
  await replica.load(numbered('incoming', 0, 60), '1');
  const [changed, deleted, back] = ['incoming:doc-0003', 'incoming:doc-0030', 'incoming:doc-0031'];
  const gone = (id) => ({ id, deleted: true, doc: { _id: id, _deleted: true } });
  await replica.apply([change(card(changed, { title: 'Sửa' })), gone(deleted), gone(back)], '1', '2');
  assert.equal((await replica.get(changed)).title, 'Sửa');
  assert.equal(await replica.get(deleted), undefined);
  assert.equal((await replica.counts()).todo, 58);
  await replica.apply([change(card(back, { title: 'Trở lại', folder: 'done' })), gone(deleted)], '2', '3');
  assert.equal((await replica.get(back)).title, 'Trở lại');
  assert.deepEqual(await replica.counts(), { todo: 58, watching: 0, done: 1 });
  assert.deepEqual(await titles('incoming:doc-003'), [
    [back, 'Trở lại'],
    ...(await titles('incoming:doc-003')).slice(1),
  ]);
  assert.equal((await replica.startingWith('incoming:')).length, 59);
});

const FOLDERS = ['todo', 'watching', 'done'];

/** Every page of a list, joined. */
async function whole(folder, limit) {
  const all = [];
  for (let after = null; ; ) {
    const { rows, next } = await replica.list(folder, after, limit);
    all.push(...rows.map((row) => [row._id, row.version]));
    if (next === null) return all;
    after = next;
  }
}

test('whatever happens after a snapshot, lists, counts and documents agree with a plain model', async () => {
  let state = 7;
  const random = (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  const some = (number, version) => {
    const mark = { sort_key: `1-2026-12-${10 + random(9)}`, reviews: random(4) ? [] : [{ review_id: 'r' }] };
    return card(`incoming:doc-${1000 + number}`, { folder: FOLDERS[random(3)], version, ...mark });
  };
  const model = new Map();
  const initial = Array.from({ length: 600 }, (_, number) => some(number, 1));
  for (const doc of initial) model.set(doc._id, doc);
  await replica.load(initial, '0');
  for (let round = 1; round < 16; round += 1) {
    const changes = new Map();
    for (let n = 0; n < 90; n += 1) {
      const doc = some(random(700), round + 1);
      changes.set(doc._id, random(4) ? change(doc) : { id: doc._id, deleted: true });
    }
    for (const { id, doc } of changes.values()) doc ? model.set(id, doc) : model.delete(id);
    await replica.apply([...changes.values()], String(round - 1), String(round));
    const inOrder = (folder) =>
      [...model.values()]
        .filter((doc) => doc.folder === folder)
        .sort((a, b) => (a.sort_key + a._id < b.sort_key + b._id ? -1 : 1));
    for (const folder of FOLDERS) {
      const expected = inOrder(folder).map((doc) => [doc._id, doc.version]);
      assert.deepEqual(await whole(folder, 1 + random(40)), expected);
      assert.equal((await replica.counts())[folder], expected.length);
    }
    assert.deepEqual(
      (await replica.withReviews()).map((row) => row._id).sort(),
      [...model.values()]
        .filter((doc) => doc.reviews.length > 0)
        .map((doc) => doc._id)
        .sort(),
    );
    assert.deepEqual(
      await replica.startingWith('incoming:'),
      [...model.keys()].sort().map((id) => model.get(id)),
    );
  }
});

test('documents that come in another order, or twice, are found all the same', async () => {
  await replica.load(numbered('incoming', 50, 90));
  await replica.load(numbered('incoming', 0, 60).reverse(), '1');
  assert.equal((await replica.startingWith('incoming:')).length, 90);
  for (const { _id } of numbered('incoming', 0, 90)) assert.equal((await replica.get(_id))._id, _id);
});

test('a replica that an older version of the app made is pulled again', async () => {
  const old = indexedDB.open('congvan-replica-an', 1);
  await new Promise((resolve) => {
    old.onupgradeneeded = () => old.result.createObjectStore('meta').put('7', 'since');
    old.onsuccess = resolve;
  });
  old.result.close();
  assert.equal(await replica.since(), undefined);
  await replica.load([card('incoming:a')], '8');
  assert.deepEqual(ids(await replica.list('todo', null, 9)), ['incoming:a']);
});
