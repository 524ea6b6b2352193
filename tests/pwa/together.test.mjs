import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { card, json, ORIGIN, offline, Seat } from './fakes.mjs';

const seat = new Seat();
let server;
/** @type {any} */
let router;

beforeEach(async () => {
  await seat.begin();
  ({ server, router } = seat);
});

const working = (...docs) => seat.working(...docs);
const get = (path) => seat.get(path);
const page = (path) => seat.page(path);
const post = (path, fields) => seat.post(path, fields);
const followed = (response) => seat.followed(response);
const waiting = () => seat.waiting();

const open = (id, more = {}) =>
  card(id, {
    list: 'waiting',
    allowed_actions: ['assign'],
    assign_scope: 'office',
    due_on: '2026-12-05',
    ...more,
  });

const transfer = (documents, more = {}) =>
  post('/assign', {
    action_id: 'base',
    document: documents,
    ...Object.fromEntries(documents.map((id, at) => [`act:${id}`, `1 base-${at + 1}`])),
    lead: 'unit:it',
    directive: 'Tham mưu',
    is_entry_confirmed: '1',
    ...more,
  });

test('offline, each document gets an action of its own, and is offered no more', async () => {
  await working(
    open('incoming:doc-0001'),
    open('incoming:doc-0002', { due_on: null }),
    open('incoming:doc-0003'),
  );
  server.before = offline;
  const response = await transfer(['incoming:doc-0001', 'incoming:doc-0002']);
  assert.equal(response.status, 303);
  assert.deepEqual(
    (await waiting()).map(({ action_id, command, document_id, seen_version, fields }) => [
      action_id,
      command,
      document_id,
      seen_version,
      fields.lead,
      fields.due_on,
      fields.is_entry_confirmed,
    ]),
    [
      ['base-1', 'Assign', 'incoming:doc-0001', 1, 'unit:it', '2026-12-05', true],
      ['base-2', 'Assign', 'incoming:doc-0002', 1, 'unit:it', null, true],
    ],
  );
  const shown = await followed(response);
  assert.deepEqual(
    shown.results.map((row) => [row.document_id, row.status]),
    [
      ['incoming:doc-0001', 'waiting'],
      ['incoming:doc-0002', 'waiting'],
    ],
  );
  assert.deepEqual(
    shown.documents.map((row) => row._id),
    ['incoming:doc-0003'],
  );
});

test('with a network each document has its own result', async () => {
  await working(open('incoming:doc-0001'), open('incoming:doc-0002'));
  server.before = async ({ path, body }) => {
    if (path !== '/sync/actions') return null;
    const receipts = JSON.parse(body).actions.map((one) => {
      const receipt = server.take(one);
      const refused = { ...receipt, status: 'refused', reason: 'entry_not_confirmed' };
      return one.document_id === 'incoming:doc-0002' ? refused : receipt;
    });
    return json({ receipts });
  };
  const { results } = await followed(await transfer(['incoming:doc-0001', 'incoming:doc-0002']));
  assert.deepEqual(results.map((row) => [row.document_id, row.status, row.reason]).sort(), [
    ['incoming:doc-0001', 'applied', null],
    ['incoming:doc-0002', 'refused', 'entry_not_confirmed'],
  ]);
});

test('the deadline of the form is that of all', async () => {
  await working(open('incoming:doc-0001'));
  server.before = offline;
  await transfer(['incoming:doc-0001'], { due_on: '2026-11-30' });
  assert.equal((await waiting())[0].fields.due_on, '2026-11-30');
});

test('only what nobody below has, and what the person may transfer, is offered', async () => {
  await working(
    open('incoming:doc-0001', { my_assignment: { role: 'leader' } }),
    open('incoming:doc-0002', { list: 'returned' }),
    open('incoming:doc-0003', { list: 'in_hand' }),
    open('incoming:doc-0004', { allowed_actions: ['take_on'] }),
    open('incoming:doc-0005', { assign_scope: 'unit:it' }),
  );
  const { documents, is_leader } = await page('/assign');
  assert.deepEqual(documents.map((row) => row._id).sort(), ['incoming:doc-0001', 'incoming:doc-0002']);
  assert.equal(is_leader, true);
});

test('choosing nothing is said and queues nothing', async () => {
  await working(open('incoming:doc-0001'));
  const shown = await followed(await transfer([]));
  assert.equal(shown.nothing_chosen, true);
  assert.deepEqual(await waiting(), []);
});

const year = new Date(Date.now() + 7 * 3600 * 1000).getUTCFullYear();
const numbered = (id, number, book = `den-${year}`, more = {}) =>
  card(id, { arrival: { book, number, label: String(number).padStart(2, '0') }, ...more });
const leadsTo = async (number) => {
  const response = await get(`/open?${new URLSearchParams({ wanted: number })}`);
  return response.headers.get('Location')?.replace(ORIGIN, '');
};

test('a number leads to its document without a network', async () => {
  await working(
    numbered('incoming:doc-0001', 7, `den-${year}`, { number: '12/UBND-VX' }),
    numbered('incoming:doc-0002', 7, `den-${year - 1}`, { folder: 'done' }),
  );
  server.before = offline;
  assert.equal(await leadsTo('07'), '/incoming/doc-0001');
  assert.equal(await leadsTo(`7/${year - 1}`), '/incoming/doc-0002');
  assert.equal(await leadsTo(' 12/ubnd-vx '), '/incoming/doc-0001');
  assert.equal(await leadsTo('8'), '/inbox?query=8');
});

test('a number and symbol are asked of the server, which knows more agencies; nothing is no number', async () => {
  await working(
    card('incoming:doc-0001', { number: '12/UBND-VX' }),
    card('incoming:doc-0002', { number: '' }),
  );
  server.before = async ({ path }) => (path === '/open' ? json({ by: 'server' }) : null);
  for (const number of ['12/UBND-VX', '  ']) {
    const response = await get(`/open?${new URLSearchParams({ wanted: number })}`);
    assert.deepEqual(await response.json(), { by: 'server' });
  }
});

test('what a page of the server keeps cannot be kept without a network, and that is said', async () => {
  await working(open('incoming:doc-0001'));
  server.before = offline;
  const asked = () => new Request(`${ORIGIN}/inbox/views`, { method: 'POST', body: new FormData() });
  await assert.rejects(router.answer(asked()), /offline/);
  const navigating = Object.defineProperty(asked(), 'mode', { value: 'navigate' });
  const response = await router.answer(navigating);
  assert.equal(response.status, 503);
  assert.equal((await response.json()).template, 'pages/offline.html');
});

test('a draft that so far is on this device only is counted and listed where it is', async () => {
  await working(open('incoming:doc-0001'));
  server.before = offline;
  await post('/incoming/doc-0001/start-draft', {
    action_id: 'draft-1',
    seen_version: '1',
    subject: 'Trả lời',
  });
  const { lists, counts, cards } = await page('/inbox?list=in_hand');
  assert.deepEqual(lists[0], { name: 'in_hand', count: 1 });
  assert.equal(counts.todo, 2);
  assert.deepEqual(
    cards.map((row) => row.title),
    ['Trả lời'],
  );
});

test('a number that several have is asked of the server', async () => {
  const twice = { number: '12/UBND-VX' };
  await working(card('incoming:doc-0001', twice), card('incoming:doc-0002', twice));
  const asked = [];
  server.before = async ({ path, query }) => {
    if (path !== '/open') return null;
    asked.push(query.get('wanted'));
    return json({});
  };
  await get('/open?wanted=12/UBND-VX');
  assert.deepEqual(asked, ['12/UBND-VX']);
});
