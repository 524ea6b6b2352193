import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { card, ME, OFFICE, ORIGIN, offline, Seat } from './fakes.mjs';

const seat = new Seat();

beforeEach(() => seat.begin());

/** Have some documents on the device, and no network from then on. */
async function away(...documents) {
  await seat.working(...documents);
  seat.server.before = offline;
}

const get = (path) => seat.get(path);
const page = (path) => seat.page(path);

async function post(path, fields) {
  const answer = await seat.post(path, { seen_version: '1', after: '', ...fields });
  return answer.headers.get('Location')?.replace(ORIGIN, '');
}

const outbox = async () =>
  (await seat.waiting()).map(({ command, fields, after }) => [command, fields, after]);

const mine = (more = {}) =>
  card('incoming:doc-0001', {
    undo: { action_id: 'act-giao', event: 'Assigned' },
    may_ask_repair: true,
    my_assignment: { assignment_id: 'a1', role: 'lead', state: 'concluded', due_on: null },
    repairs: [],
    ...more,
  });

test('an act is taken back without a network, once, and nothing more is done before the answer', async () => {
  await away(mine());
  assert.equal(
    await post('/incoming/doc-0001/undo-act', { action_id: 'act-giao-undo', undone: 'act-giao' }),
    '/incoming/doc-0001',
  );
  assert.deepEqual(await outbox(), [['UndoAct', { undone: 'act-giao' }, null]]);
  const { card: shown } = await page('/incoming/doc-0001');
  assert.deepEqual([shown.undo, shown.may_ask_repair, shown.pending], [null, false, true]);
  assert.equal(shown.timeline.at(-1).event, 'ActUndone');
});

test('what was just done without a network can be taken back behind it; words leave that as it is', async () => {
  await away(mine({ allowed_actions: ['take_on', 'add_comment'], undo: null }));
  await post('/incoming/doc-0001/take-on', { action_id: 'act-nhan-viec', note: '' });
  await post('/incoming/doc-0001/add-comment', { action_id: 'act-y-kien', text: 'Đã nhận' });
  const { card: shown } = await page('/incoming/doc-0001');
  assert.deepEqual(shown.undo, { action_id: 'act-nhan-viec', event: 'TakenOn' });
  await post('/incoming/doc-0001/undo-act', { action_id: 'act-nhan-viec-undo', undone: 'act-nhan-viec' });
  assert.deepEqual(
    (await outbox()).map(([command, , after]) => [command, after]),
    [
      ['TakeOn', null],
      ['AddComment', 'act-nhan-viec'],
      ['UndoAct', 'act-y-kien'],
    ],
  );
});

test('a repair is asked for without a network, once', async () => {
  await away(mine());
  const form = await page('/incoming/doc-0001/repair');
  assert.deepEqual(
    [form.template, form.is_finished, form.form.wanted],
    ['pages/repair_new.html', true, 'reopen'],
  );
  const asked = { wanted: 'reopen', target: '', reason: 'Kết thúc nhầm' };
  assert.equal(
    await post('/incoming/doc-0001/request-repair', { action_id: 'act-khac-phuc', ...asked }),
    '/incoming/doc-0001',
  );
  assert.deepEqual(await outbox(), [['RequestRepair', asked, null]]);
  const { card: shown } = await page('/incoming/doc-0001');
  const [repair] = shown.repairs;
  assert.deepEqual(
    [repair.state, repair.wanted, repair.reason, repair.pending],
    ['requested', 'reopen', asked.reason, true],
  );
  // there is nothing to ask for any more: not on this device, and nobody else can be asked
  assert.equal((await get('/incoming/doc-0001/repair')).status, 503);
  assert.equal((await get('/incoming/doc-0009/repair')).status, 503);
});

const notice = (id, entry) => ({
  _id: `notice:${id}`,
  kind: 'notice',
  about: 'repair',
  review_id: id,
  document_id: 'incoming:doc-0002',
  told: 'requested',
  at: '2026-11-22T08:00:00.000Z',
  entry: {
    repair_id: id,
    key: 'doc-0002',
    version: 4,
    actions: [],
    at: `2026-11-22T0${id.at(-1)}:00:00.000Z`,
    ...entry,
  },
});

test('repairs wait for whoever has the next step, also of a document that is not on the device', async () => {
  const steps = ['confirm_repair', 'refuse_repair'];
  await away(notice('act-r1', { actions: steps }), notice('act-r2', { actions: steps }));
  const before = await page('/repairs');
  assert.deepEqual(
    before.waiting.map((one) => one.repair_id),
    ['act-r2', 'act-r1'],
  );
  const said = { action_id: 'act-xac-nhan', seen_version: '4', repair_id: 'act-r1', note: 'Đúng' };
  assert.equal(await post('/incoming/doc-0002/confirm-repair', said), '/repairs');
  const after = await page('/repairs');
  assert.deepEqual(
    [after.waiting.map((one) => one.repair_id), after.open.map((one) => [one.repair_id, one.pending])],
    [['act-r2'], [['act-r1', true]]],
  );
  assert.deepEqual(await outbox(), [['ConfirmRepair', { repair_id: 'act-r1', note: 'Đúng' }, null]]);
});

test('what became of a repair is put aside without a network', async () => {
  await away(notice('act-r1', { actions: ['acknowledge_repair'], is_own: true }));
  assert.equal((await page('/inbox')).notices.length, 1);
  await post('/incoming/doc-0002/acknowledge-repair', { action_id: 'act-da-doc', repair_id: 'act-r1' });
  assert.equal((await page('/inbox')).notices.length, 0);
});

const file = {
  _id: 'case_file:ho-so-1',
  kind: 'case_file',
  version: 3,
  state: 'open',
  title: 'Hồ sơ chuyển đổi số',
  notation: '',
  retention: '',
  owner_id: 'an',
  owner_name: 'An',
  year: '2026',
  filed: ['incoming:doc-0002'],
  documents: [
    {
      _id: 'incoming:doc-0002',
      kind: 'incoming',
      title: 'Hai',
      number: '2/A',
      state: 'assigned',
      relation: 'contained',
    },
    {
      _id: 'incoming:doc-0001',
      kind: 'incoming',
      title: 'Một',
      number: '1/A',
      state: 'concluded',
      relation: 'contained',
    },
  ],
  folder: 'case_files',
  sort_key: '1',
  allowed_actions: [],
};

test('a case file is read, emptied and closed without a network', async () => {
  await away(
    file,
    card('incoming:doc-0001', { document_on: '2026-11-20' }),
    card('incoming:doc-0002', { document_on: '2026-11-18' }),
  );
  const before = await page('/case-files/ho-so-1');
  assert.deepEqual(
    [before.is_own, before.done_count, before.entries.map((one) => [one.ordinal, one.title, one.is_filed])],
    [
      true,
      1,
      [
        [1, 'Hai', true],
        [2, 'Một', false],
      ],
    ],
  );
  await post('/case-files/ho-so-1/unfile-document', {
    action_id: 'act-dua-ra',
    document: 'incoming:doc-0002',
  });
  await post('/case-files/ho-so-1/close-case-file', { action_id: 'act-ket-thuc', note: '' });
  const after = await page('/case-files/ho-so-1');
  assert.deepEqual(
    [after.file.state, after.file.pending, after.entries.map((one) => one.title)],
    ['closed', true, ['Một']],
  );
  assert.deepEqual(
    (await outbox()).map(([command, , behind]) => [command, behind]),
    [
      ['UnfileDocument', null],
      ['CloseCaseFile', 'act-dua-ra'],
    ],
  );
  assert.equal((await get('/case-files/cua-nguoi-khac')).status, 503);
});

test('the yearly list is read and kept without a network; what a colleague set since counts once it has come', async () => {
  const [year] = new Date(Date.now() + 7 * 3_600_000).toISOString().split('-');
  const entry = { code: '01.CNTT', title: 'Hồ sơ chuyển đổi số', retention: '20_years', unit_id: 'cntt' };
  const office = {
    ...OFFICE,
    units: [{ unit_id: 'cntt', name: 'Phòng CNTT' }],
    catalogues: { retentions: ['permanent', '20_years'] },
    plan: [{ ...entry, code: '00.VP', unit_id: '' }, entry],
  };
  await away({ ...ME, roles: ['clerk'] }, office);
  const titles = ({ groups }) =>
    groups.map((one) => [one.name, one.entries.map(({ code, title }) => `${code} ${title}`)]);
  const before = await page('/file-plan?code=01.CNTT');
  assert.deepEqual([before.may_plan, before.retentions.length, before.form.title], [true, 2, entry.title]);
  assert.equal(
    await post(`/file-plan/${year}/set-plan-entry`, {
      action_id: 'act-lap',
      ...entry,
      title: 'Chuyển đổi số',
    }),
    '/file-plan',
  );
  await post(`/file-plan/${year}/remove-plan-entry`, { action_id: 'act-bo', code: '00.VP' });
  assert.deepEqual(titles(await page('/file-plan')), [['Phòng CNTT', ['01.CNTT Chuyển đổi số']]]);
  assert.deepEqual(
    (await outbox()).map(([command, , after]) => [command, after]),
    [
      ['SetPlanEntry', null],
      ['RemovePlanEntry', 'act-lap'],
    ],
  );
});
