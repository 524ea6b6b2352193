import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { daysFrom, folderCounts, isListOf, listsOf, pageOf, viewsOf } from '../../pwa/lists.js';
import { card, startWorker, surround } from './fakes.mjs';

/** The 24th is a public holiday: the second working day from the 23rd is the 26th. */
const DAYS = daysFrom({ off: ['2026-11-24'] }, '2026-11-23');
const every = { name: '', after: null, limit: 50, days: DAYS, has: () => true };
const ids = ({ rows }) => rows.map((row) => row._id);

let replica;
beforeEach(async () => {
  surround();
  const parts = await startWorker();
  replica = new parts.replica.Replica('an');
});

const change = (doc) => ({ id: doc._id, doc });
const waiting = (id, due_on, more = {}) => card(id, { list: 'waiting', due_on, ...more });

test('cards are counted where they are, from the snapshot on', async () => {
  await replica.load(
    [waiting('incoming:a', '2026-11-20'), waiting('incoming:b', '2026-11-26'), waiting('incoming:c', null)],
    '1',
  );
  const counted = async (folder, chosen = '') => listsOf(await replica.places(), folder, chosen, DAYS);
  assert.deepEqual(await counted('todo'), [
    { name: 'overdue', count: 1 },
    { name: 'due_soon', count: 1 },
    { name: 'waiting', count: 3 },
  ]);
  const moved = card('incoming:a', { folder: 'watching', list: 'passed_on', due_on: '2026-11-27' });
  await replica.apply([change(moved), { id: 'incoming:b', deleted: true }], '1', '2');
  assert.deepEqual(await counted('todo', 'due_soon'), [
    { name: 'due_soon', count: 0 },
    { name: 'waiting', count: 1 },
  ]);
  assert.deepEqual(await counted('watching'), [{ name: 'passed_on', count: 1 }]);
  assert.deepEqual(folderCounts(await replica.places()), { todo: 1, watching: 1, done: 0 });
});

test('a batch that is left out moves no count', async () => {
  await replica.load([waiting('incoming:a', null)], '1');
  assert.equal(await replica.apply([change(waiting('incoming:b', null))], '0', '2'), false);
  assert.deepEqual(folderCounts(await replica.places()), { todo: 1, watching: 0, done: 0 });
});

test('what is due comes in the order of its deadlines, a page at a time', () => {
  const rows = ['2026-11-26', '2026-11-27', '2026-11-23', '2026-11-20', null].map((due_on, at) =>
    waiting(`incoming:${at}`, due_on, { sort_key: `${at}` }),
  );
  const first = pageOf(rows, { ...every, name: 'due_soon', limit: 1 });
  assert.deepEqual(ids(first), ['incoming:2']);
  const second = pageOf(rows, { ...every, name: 'due_soon', limit: 1, after: first.next });
  assert.deepEqual([ids(second), second.next], [['incoming:0'], null]);
  assert.deepEqual(ids(pageOf(rows, { ...every, name: 'overdue' })), ['incoming:3']);
});

test('a list and words narrow a folder together', () => {
  const rows = [
    waiting('incoming:a', null, { title: 'Viettel', sort_key: '1' }),
    waiting('incoming:b', null, { title: 'VNPT', sort_key: '2' }),
    card('incoming:c', { list: 'in_hand', title: 'Viettel', sort_key: '3' }),
  ];
  const has = (row) => row.title === 'Viettel';
  assert.deepEqual(ids(pageOf(rows, { ...every, name: 'waiting', has })), ['incoming:a']);
  assert.deepEqual(ids(pageOf(rows, { ...every, has })), ['incoming:a', 'incoming:c']);
});

test('what is done has no lists', () => {
  const done = [{ folder: 'done', list: 'done', due_on: '2026-11-01', count: 3 }];
  assert.deepEqual(listsOf(done, 'done', 'overdue', DAYS), []);
  assert.equal(isListOf('done', 'overdue'), false);
  assert.equal(isListOf('watching', 'waiting'), false);
  assert.equal(isListOf('todo', 'due_soon'), true);
});

test('the views that the person keeps have their address, and the one at hand is marked', () => {
  const kept = [
    { name: 'Việc trễ', folder: 'todo', list: 'overdue', query: '' },
    { name: 'Viettel', folder: 'watching', list: '', query: 'viettel gia lai' },
  ];
  assert.deepEqual(viewsOf(kept, { folder: 'todo', list: 'overdue', query: '' }), [
    { name: 'Việc trễ', at: '/inbox?folder=todo&list=overdue', is_current: true },
    { name: 'Viettel', at: '/inbox?folder=watching&query=viettel+gia+lai', is_current: false },
  ]);
});
