import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { json, ORIGIN, offline, Seat } from './fakes.mjs';

const seat = new Seat();
/** @type {any} */
let server;
/** @type {any} */
let parts;

beforeEach(async () => {
  await seat.begin();
  ({ server, parts } = seat);
});

const clerk = {
  _id: 'profile:me',
  kind: 'profile',
  person_id: 'an',
  name: 'Huỳnh Thị Mai',
  unit_name: 'VP',
  roles: ['clerk'],
};
const filled = (more = {}) => ({
  action_id: 'entry-1',
  seen_version: '0',
  after: '',
  sender: 'UBND tỉnh',
  number: '812/UBND-KGVX',
  document_on: '2026-11-20',
  arrived_on: '2026-11-21',
  subject: 'UBND tỉnh mời họp ngày 25/11/2026',
  confidentiality: 'normal',
  ...more,
});
const enter = (more) => seat.post('/incoming', filled(more));
const pdf = () => new File(['%PDF-1.7 số 812'], '812.pdf', { type: 'application/pdf' });

test('with a network the form is the server’s, without one it is here', async () => {
  await seat.working(clerk);
  server.before = async (request) =>
    new URL(request.url).pathname === '/incoming/new' ? new Response('whole form') : null;
  assert.equal(await (await seat.get('/incoming/new')).text(), 'whole form');
  server.before = offline;
  const page = await seat.page('/incoming/new');
  assert.equal(page.template, 'pages/incoming_entry.html');
  assert.deepEqual([page.entries, page.form], [[], {}]);
});

test('an entry made without a network is kept whole, file too, and asks for its number later', async () => {
  await seat.working(clerk);
  server.before = offline;
  const response = await enter({ file: pdf(), page_count: '3', is_priority: '1' });
  assert.equal(response.headers.get('Location'), `${ORIGIN}/incoming/new?kept=1`);
  const [action] = await seat.waiting();
  assert.equal(action.command, 'RegisterIncoming');
  assert.equal(action.document_id, null);
  const { sender, arrived_on, page_count, is_priority, file } = action.fields;
  assert.deepEqual([sender, arrived_on, page_count, is_priority], ['UBND tỉnh', '2026-11-21', 3, true]);
  assert.equal(await (await parts.outbox.outboxFile(file.sha256)).text(), '%PDF-1.7 số 812');
  const page = await seat.followed(response);
  assert.equal(page.is_kept, true);
  assert.deepEqual(
    page.entries.map((one) => [one.title, one.action.fields.number]),
    [['UBND tỉnh mời họp ngày 25/11/2026', '812/UBND-KGVX']],
  );
});

test('its number is told by the outbox, and a refused one is done anew in the form', async () => {
  await seat.working(clerk);
  server.before = offline;
  await enter();
  await enter({ action_id: 'entry-2', subject: 'Mời họp' });
  server.before = async () => null;
  const take = server.take.bind(server);
  server.take = (action) => ({
    ...take(action),
    ...(action.action_id === 'entry-1'
      ? { document_id: 'incoming:entry-1', details: { arrival_number: 12 } }
      : { status: 'refused', reason: 'subject_too_thin', details: { field: 'subject' } }),
  });
  await parts.session.synchronise();
  const outbox = await seat.page('/outbox');
  assert.deepEqual(
    outbox.settled.map((one) => [one.document_id, one.details.arrival_number]),
    [['incoming:entry-1', 12]],
  );
  assert.equal(outbox.refused[0].redo, '/incoming/new?from=entry-2');
  server.before = offline;
  const again = await seat.page('/incoming/new?from=entry-2');
  assert.deepEqual([again.form.subject, again.form.replaces], ['Mời họp', 'entry-2']);
});

test('a file that the server has read already is named in the entry that waits', async () => {
  await seat.working(clerk);
  server.before = offline;
  await enter({ file_sha256: 'ab'.repeat(32), file_name: '812.pdf', file_size: '2048' });
  const [{ fields }] = await seat.waiting();
  const expected = { sha256: 'ab'.repeat(32), name: '812.pdf', size: 2048, media_type: 'application/pdf' };
  assert.deepEqual(fields.file, expected);
});

test('nothing of a secret document, of pictures, or of a wish for a subject ever waits on the device', async () => {
  await seat.working(clerk);
  const picture = new File(['x'], 'trang.jpg', { type: 'image/jpeg' });
  const cases = [
    { confidentiality: 'secret' },
    { file: picture },
    { file_photo: picture },
    { file: [pdf(), pdf()] },
    { use_suggested: '1' },
  ];
  for (const more of cases) {
    server.before = async () => json({ fine: true }); // no receipt: a page of the server
    assert.deepEqual(await (await enter(more)).json(), { fine: true });
    server.before = offline;
    await enter(more).catch(() => null);
    assert.deepEqual(await seat.waiting(), [], JSON.stringify(more));
  }
});

test('who is no clerk gets no form here', async () => {
  await seat.working({ ...clerk, roles: ['specialist'] });
  server.before = offline;
  assert.equal((await seat.page('/incoming/new')).template, 'pages/offline.html');
});

test('what is refused at once comes back into the form, and nothing waits', async () => {
  await seat.working(clerk);
  const headers = { 'X-Congvan-Receipt': 'refused' };
  server.before = async (request) =>
    new URL(request.url).pathname === '/incoming' ? new Response('form', { status: 422, headers }) : null;
  assert.equal((await enter()).status, 422);
  assert.deepEqual(await seat.waiting(), []);
});

test('an entry that seems to be there already is said to be, by what this device knows', async () => {
  const known = {
    _id: 'incoming:doc-0012',
    kind: 'incoming',
    title: 'Đã vào sổ',
    sender: 'UBND Tỉnh',
    number: '812/ubnd-kgvx',
    arrival: { label: '12', book: 'den-2026' },
    folder: 'watching',
    list: 'passed_on',
    sort_key: '1',
    version: 1,
    state: 'assigned',
    allowed_actions: [],
    timeline: [],
    reviews: [],
  };
  await seat.working(clerk, known);
  server.before = offline;
  await enter();
  await enter({ action_id: 'entry-2', number: '9/GM', sender: 'Sở Nội vụ' });
  await enter({ action_id: 'entry-3', number: '9/GM', sender: 'Sở Nội vụ' });
  await enter({ action_id: 'entry-4', number: '', sender: 'Sở Nội vụ' });
  await enter({ action_id: 'entry-5', number: '', sender: 'Sở Nội vụ' });
  const { entries } = await seat.page('/incoming/new');
  assert.deepEqual(
    entries.map(({ twin }) => twin && [twin.arrival_label, twin.number]),
    [['12', '812/ubnd-kgvx'], null, ['', '9/GM'], null, null],
  );
});
