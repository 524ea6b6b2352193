import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { action, card, ME, OFFICE, startWorker, surround } from './fakes.mjs';

const ORIGIN = 'http://congvan.test';
let server;
let parts;
/** @type {any} */
let router;

beforeEach(async () => {
  ({ server } = surround());
  parts = await startWorker();
  router = newRouter(parts);
});

/** A router whose pages are the context as JSON, so that tests see what templates would get. */
function newRouter(from) {
  const render = async (template, context) => JSON.stringify({ template, ...context });
  return new from.router.Router(render, { css: '/a.css', page_js: '/p.js' });
}

async function working(...cards) {
  server.write(ME, OFFICE, ...cards);
  await parts.session.forgetWho();
  await parts.session.identify('an');
  await parts.session.synchronise();
  server.requests = [];
}

const offline = async () => {
  throw new TypeError('offline');
};
const get = (path, headers = {}) => router.answer(new Request(ORIGIN + path, { headers }));
const page = async (path, headers) => JSON.parse(await (await get(path, headers)).text());

function post(path, fields, headers = { 'HX-Request': 'true', 'HX-Target': 'document' }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) body.append(name, one);
  return router.answer(new Request(ORIGIN + path, { method: 'POST', body, headers }));
}

const comment = (id, text = 'Đồng ý', more = {}) => ({
  action_id: id,
  seen_version: '1',
  after: '',
  text,
  ...more,
});
const answers =
  (make) =>
  async ({ path }) =>
    path.startsWith('/incoming/') ? make() : null;
/** An answer of the server to a command: it always says so. */
const ours = (body, outcome, status = 200, headers = {}) =>
  new Response(body, { status, headers: { 'X-Congvan-Receipt': outcome, ...headers } });
function withResolvers() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
const waiting = async () => (await parts.outbox.waitingActions('an')).map((row) => row.action);

test('paths are matched whole', () => {
  const { matchPath } = parts.router;
  assert.deepEqual(matchPath('/incoming/<id>', '/incoming/abc'), { id: 'abc' });
  assert.deepEqual(matchPath('/incoming/<id>/assign', '/incoming/abc/assign'), { id: 'abc' });
  for (const path of ['/incoming/', '/incoming/a/b', '/incoming/abc/assign', '/outgoing/abc'])
    assert.equal(matchPath('/incoming/<id>', path), null, path);
  assert.equal(matchPath('/inbox', '/inbox/'), null);
});

test('a whole page sends its head before its content is read, and its bytes are those of the page', async () => {
  await working(card('incoming:doc-0001'));
  const read = withResolvers();
  const head = '<head>';
  const render = async (_template, { theme, cards }) => {
    await read.promise;
    return `${head}${theme} ${cards.length}`;
  };
  router = new parts.router.Router(render, { css: '', page_js: '' }, async () => head);
  const reader = (await get('/inbox')).body.getReader();
  const text = async () => new TextDecoder().decode((await reader.read()).value);
  assert.equal(await text(), head);
  read.resolve();
  assert.equal(await text(), 'auto 1');
  assert.equal((await reader.read()).done, true);
});

test('the styles stand in a whole page, named by the policy; without them it links to them', async () => {
  await working(card('incoming:doc-0001'));
  const link = '<link rel="stylesheet" href="/a.css">';
  const render = async (_template, { layout }) => (layout.includes('bare') ? 'bare' : `${link}<main>`);
  const top = async () => link;
  router = new parts.router.Router(render, { css: '/a.css', page_js: '' }, top);
  const text = async (path, headers) => (await get(path, headers)).text();
  assert.equal(await text('/inbox'), `${link}<main>`);

  const styles = 'body::before { content: "$& à" }';
  await (await caches.open('congvan-app-1')).put('/a.css', new Response(styles));
  for (const path of ['/inbox', '/incoming/doc-0001'])
    assert.equal(await text(path), `<style>${styles}</style><main>`, path);
  assert.equal(await text('/inbox', { 'HX-Request': 'true' }), 'bare');
  const digest = createHash('sha256').update(styles).digest('base64');
  const policy = (await get('/inbox')).headers.get('Content-Security-Policy');
  assert.ok(policy.includes(`; style-src 'self' 'sha256-${digest}'; font-src`), policy);
});

test('a document that is not here is asked of the server, head and all', async () => {
  await working(card('incoming:doc-0001'));
  router = new parts.router.Router(
    async () => assert.fail('nothing to render'),
    { css: '', page_js: '' },
    async () => assert.fail('nothing to begin'),
  );
  server.before = answers(() => new Response('of the server'));
  assert.equal(await (await get('/incoming/doc-0002')).text(), 'of the server');
});

test('the inbox comes from the replica without a request', async () => {
  await working(card('incoming:doc-0001'), card('incoming:doc-0002', { folder: 'done' }));
  server.before = offline;
  const shown = await page('/inbox');
  assert.deepEqual(
    [shown.template, shown.layout, shown.folder],
    ['pages/inbox.html', 'layouts/page.html', 'todo'],
  );
  assert.deepEqual(
    shown.cards.map((row) => row._id),
    ['incoming:doc-0001'],
  );
  assert.deepEqual(shown.counts, { todo: 1, watching: 0, done: 1 });
  assert.deepEqual(server.requests, []);
  const response = await get('/inbox');
  assert.match(
    response.headers.get('Content-Security-Policy'),
    /default-src 'none'; script-src 'self';.*font-src 'self'/,
  );
});

test('a fragment is asked for by htmx and comes without the frame', async () => {
  await working(card('incoming:doc-0001'));
  assert.equal((await page('/inbox', { 'HX-Request': 'true' })).layout, 'layouts/bare.html');
});

test('finding looks into every word, with or without marks', async () => {
  await working(
    card('incoming:a', { title: 'Giấy mời họp chuyển đổi số' }),
    card('incoming:b', { title: 'Báo cáo' }),
  );
  const found = await page(`/inbox?query=${encodeURIComponent('chuyen DOI moi')}`);
  assert.deepEqual(
    found.cards.map((row) => row._id),
    ['incoming:a'],
  );
});

test('a document that is not on the device comes from the server, or a page says that it cannot', async () => {
  await working(card('incoming:doc-0001'));
  server.before = async () => new Response('from the server');
  assert.equal(await (await get('/incoming/doc-9999')).text(), 'from the server');
  server.before = offline;
  const response = await get('/incoming/doc-9999');
  assert.deepEqual(
    [response.status, JSON.parse(await response.text()).template],
    [503, 'pages/offline.html'],
  );
  assert.equal((await get('/devices')).status, 503);
});

test('nobody signed in: pages come from the server', async () => {
  server.before = async () => new Response('sign in');
  assert.equal(await (await get('/inbox')).text(), 'sign in');
});

test('after a sign-in the next page asks who it is before it shows anything', async () => {
  await working(card('incoming:doc-0001'));
  server.before = async ({ path }) =>
    path === '/login'
      ? new Response('', { status: 200 })
      : path === '/inbox'
        ? new Response('from the server')
        : null;
  await post('/login', { username: 'binh' }, {});
  server.person = 'binh';
  assert.equal(await (await get('/inbox')).text(), 'from the server');
  server.person = 'an';
  await post('/login', { username: 'an' }, {});
  assert.equal((await page('/inbox')).cards.length, 1);
});

test('a failed sign-in changes nothing', async () => {
  await working(card('incoming:doc-0001'));
  server.before = async () => new Response('wrong password', { status: 401 });
  await post('/login', { username: 'an' }, {});
  assert.equal((await page('/inbox')).cards.length, 1);
});

test('online, a command goes to the server and its answer to the form; it shows until its card comes', async () => {
  await working(card('incoming:doc-0001'));
  server.before = answers(() => ours('<article id="document">', 'applied'));
  const response = await post('/incoming/doc-0001/add-comment', comment('action-0001'));
  assert.equal(await response.text(), '<article id="document">');
  assert.deepEqual(
    (await page('/incoming/doc-0001')).card.timeline.map((entry) => entry.text),
    ['Đồng ý'],
  );
  assert.equal((await page('/inbox')).waiting_count, 0, 'it does not wait to be sent');
  server.requests = [];
  await parts.sync.push(await parts.session.signedIn());
  assert.deepEqual(server.requests, [], 'nor is it sent twice');
});

test('what the server finds wrong comes back into the form, and nothing is queued', async () => {
  await working(card('incoming:doc-0001'));
  server.before = answers(() => ours('<p class="err">', 'refused', 422));
  const response = await post('/incoming/doc-0001/add-comment', comment('action-0001', ''));
  assert.equal(response.status, 422);
  assert.deepEqual(await waiting(), []);
});

test('a second click whose answer is lost keeps what the refusal of the first one took back', async () => {
  await working(card('incoming:doc-0001'));
  let posts = 0;
  const { promise: isTakenBack, resolve: takenBack } = withResolvers();
  server.before = async ({ path }) => {
    if (!path.startsWith('/incoming/')) return null;
    posts += 1;
    if (posts === 1) return ours('<p class="err">', 'refused', 422);
    await isTakenBack;
    throw new TypeError('connection lost');
  };
  const first = post('/incoming/doc-0001/add-comment', comment('act-1'));
  const second = post('/incoming/doc-0001/add-comment', comment('act-1'));
  assert.equal((await first).status, 422);
  takenBack();
  assert.equal((await second).status, 200);
  assert.deepEqual(
    (await waiting()).map((one) => one.action_id),
    ['act-1'],
  );
});

test('what one click was told to be kept is not taken back by what the other is refused with', async () => {
  await working(card('incoming:doc-0001'));
  let posts = 0;
  const { promise: isKept, resolve: kept } = withResolvers();
  const { promise: isClickedAgain, resolve: clickedAgain } = withResolvers();
  server.before = async ({ path }) => {
    if (!path.startsWith('/incoming/')) return null;
    posts += 1;
    if (posts === 1) {
      await isClickedAgain;
      throw new TypeError('connection lost');
    }
    clickedAgain();
    await isKept;
    return ours('<p class="err">', 'refused', 403);
  };
  const first = post('/incoming/doc-0001/add-comment', comment('act-1'));
  const second = post('/incoming/doc-0001/add-comment', comment('act-1'));
  assert.equal((await first).status, 200);
  kept();
  assert.equal((await second).status, 200, 'both clicks are told the same');
  assert.equal(posts, 2);
  assert.deepEqual(
    (await waiting()).map((one) => one.action_id),
    ['act-1'],
    'it waits for its receipt',
  );
});

test('what a redirect seemed to take is not taken back by what the other click is refused with', async () => {
  await working(card('incoming:doc-0001'));
  let posts = 0;
  const { promise: isTold, resolve: told } = withResolvers();
  server.before = async ({ path }) => {
    if (!path.startsWith('/incoming/')) return null;
    posts += 1;
    if (posts === 1) return Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' });
    await isTold;
    return ours('<p class="err">', 'refused', 403);
  };
  const first = post('/incoming/doc-0001/add-comment', comment('act-1'));
  const second = post('/incoming/doc-0001/add-comment', comment('act-1'));
  await first;
  told();
  assert.equal((await second).status, 200);
  assert.deepEqual(
    (await waiting()).map((one) => one.action_id),
    ['act-1'],
  );
});

test('a second click behind another act is told what the first one is refused with, not that it waits', async () => {
  await working(card('incoming:doc-0001'));
  const { promise: isAsked, resolve: asked } = withResolvers();
  const { promise: mayAnswer, resolve: answer } = withResolvers();
  server.before = async ({ path }) => {
    if (!path.startsWith('/incoming/')) return null;
    asked();
    await mayAnswer;
    return ours('<p class="err">', 'refused', 409);
  };
  const first = post('/incoming/doc-0001/add-comment', comment('act-1'));
  await isAsked;
  await parts.outbox.addAction('an', action('act-between')); // another act on the document: what comes now is behind it
  const second = post('/incoming/doc-0001/add-comment', comment('act-1'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  answer();
  assert.equal((await first).status, 409);
  assert.equal((await second).status, 409);
  assert.deepEqual(
    (await waiting()).map((one) => one.action_id),
    ['act-between'],
  );
});

test('a deadline on a day off is said to be one, by the working days of the office', async () => {
  const days = { off: ['2026-11-24'], worked: ['2026-12-05'] };
  const dues = {
    'doc-0001': '2026-11-24',
    'doc-0002': '2026-12-05',
    'doc-0003': '2026-12-06',
    'doc-0004': null,
  };
  await working(...Object.entries(dues).map(([key, due_on]) => card(`incoming:${key}`, { due_on })));
  server.write({ ...OFFICE, days });
  await parts.session.synchronise();
  const said = await Promise.all(
    Object.keys(dues).map(async (key) => (await page(`/incoming/${key}`)).is_due_off),
  );
  assert.deepEqual(said, [true, false, true, false]);
});

test('what was sent while it was not known who signed in is not overtaken by what came later', async () => {
  await working(card('incoming:doc-0001'));
  await parts.session.forgetWho();
  const asked = [withResolvers(), withResolvers()];
  let count = 0;
  server.before = async ({ path }) => {
    if (path.startsWith('/incoming/')) return ours('<article id="document">', 'applied');
    if (path === '/sync/devices') await asked[count++]?.promise;
    return null;
  };
  const first = post('/incoming/doc-0001/add-comment', comment('act-1'));
  const second = post('/incoming/doc-0001/add-comment', comment('act-2'));
  asked[0].resolve();
  await first;
  const third = post('/incoming/doc-0001/add-comment', comment('act-3'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  asked[1].resolve();
  await Promise.all([second, third]);
  assert.deepEqual(
    (await waiting()).map((one) => [one.action_id, one.after]),
    [
      ['act-1', null],
      ['act-2', 'act-1'],
      ['act-3', 'act-2'],
    ],
  );
});

test('without a network the action is in the outbox and the card shows it as pending', async () => {
  await working(card('incoming:doc-0001'));
  server.before = offline;
  const response = await post('/incoming/doc-0001/add-comment', comment('action-0001', 'Dòng 1\r\nDòng 2'));
  const shown = JSON.parse(await response.text());
  assert.deepEqual(
    [shown.layout, shown.card.pending, shown.card.timeline[0].pending],
    ['layouts/bare.html', true, true],
  );
  const [queued] = await waiting();
  assert.deepEqual(
    [queued.command, queued.document_id, queued.seen_version, queued.fields.text, queued.after],
    ['AddComment', 'incoming:doc-0001', 1, 'Dòng 1\nDòng 2', null],
  );
  assert.equal((await page('/inbox')).cards[0].pending, true);
  assert.equal((await page('/outbox')).waiting[0].title, 'Văn bản incoming:doc-0001');
});

test('the action is in the outbox before the server is asked, so that a stopped worker loses nothing', async () => {
  await working(card('incoming:doc-0001'));
  let seen;
  server.before = answers(async () => {
    seen = await (await startWorker()).outbox.waitingActions('an');
    return ours('ok', 'applied');
  });
  await post('/incoming/doc-0001/add-comment', comment('action-0001'));
  assert.deepEqual(
    seen.map((row) => row.action_id),
    ['action-0001'],
  );
});

for (const [what, make] of [
  ['a server in trouble', () => new Response('', { status: 503 })],
  ['an expired session', () => new Response('', { status: 401 })],
  ['no answer in time', () => Promise.reject(new DOMException('late', 'TimeoutError'))],
])
  test(`${what}: the command waits`, async () => {
    await working(card('incoming:doc-0001'));
    server.before = answers(make);
    const response = await post('/incoming/doc-0001/add-comment', comment('action-0001'));
    assert.equal(response.status, 200);
    assert.equal((await waiting()).length, 1);
  });

for (const status of [200, 403, 404, 422])
  test(`a page of some network's own in place of the answer (${status}) settles nothing`, async () => {
    await working(card('incoming:doc-0001'));
    server.before = answers(() => new Response('<h1>Wifi</h1>', { status }));
    const response = await post('/incoming/doc-0001/add-comment', comment('action-0001'));
    assert.equal(JSON.parse(await response.text()).card.pending, true);
    const [row] = await parts.outbox.waitingActions('an');
    assert.deepEqual([row.action_id, row.is_sent, row.not_before], ['action-0001', false, 0]);
    server.before = async () => null;
    await parts.session.synchronise();
    assert.deepEqual(
      server.applied.map((one) => one.action_id),
      ['action-0001'],
    );
  });

test("an act behind a redirect, which may be anybody's, waits for what was redirected", async () => {
  await working(card('incoming:doc-0001'));
  server.before = answers(() => Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' }));
  await post('/incoming/doc-0001/add-comment', comment('action-0001'), {});
  server.before = async () => null;
  server.requests = [];
  await post('/incoming/doc-0001/add-comment', comment('action-0002'));
  assert.deepEqual(server.requests, [], 'it does not overtake the first');
  assert.deepEqual(
    (await waiting()).map((one) => one.after),
    [null, 'action-0001'],
  );
});

test('what overtook the form before it goes as soon as that one has its receipt', async () => {
  await working(card('incoming:doc-0001'));
  const receipt = { action_id: 'action-0001', status: 'applied', reason: null, version: 2 };
  const told = { 'HX-Trigger': JSON.stringify({ 'congvan:receipt': receipt }) };
  server.before = answers(async () => {
    await post('/incoming/doc-0001/add-comment', comment('action-0002'));
    const held = { reason: 'predecessor_missing', force_from: null, app_version: 3 };
    await parts.outbox.updateAction('action-0002', { not_before: Date.now() + 60_000, held });
    return ours('ok', 'applied', 200, told);
  });
  await post('/incoming/doc-0001/add-comment', comment('action-0001'));
  const rows = await parts.outbox.waitingActions('an');
  assert.deepEqual(
    rows.map((row) => [row.action_id, row.action.after, row.not_before]),
    [['action-0002', 'action-0001', 0]],
  );
});

test('a second act on the same document names the first and follows it into the outbox', async () => {
  await working(card('incoming:doc-0001'));
  server.before = offline;
  await post('/incoming/doc-0001/add-comment', comment('action-0001'));
  server.before = async () => null;
  await parts.session.identify('an'); // there is a network again
  server.requests = [];
  await post('/incoming/doc-0001/take-on', {
    action_id: 'action-0002',
    seen_version: '1',
    after: '',
    note: '',
  });
  assert.deepEqual(server.requests, [], 'it does not overtake the first');
  assert.deepEqual(
    (await waiting()).map((one) => one.after),
    [null, 'action-0001'],
  );
  await parts.session.synchronise();
  assert.deepEqual(
    server.applied.map((one) => one.action_id),
    ['action-0001', 'action-0002'],
  );
});

test('a form sent right after a sign-in does not overtake what waits', async () => {
  await working(card('incoming:doc-0001'));
  server.before = offline;
  await post('/incoming/doc-0001/add-comment', comment('action-0001'));
  server.before = async ({ path }) => (path === '/login' ? new Response('', { status: 200 }) : null);
  await post('/login', { username: 'an' }, {});
  server.requests = [];
  await post('/incoming/doc-0001/add-comment', comment('action-0002', 'Bổ sung'));
  assert.ok(!server.requests.some(({ path }) => path.startsWith('/incoming/')));
  assert.deepEqual(
    (await waiting()).map((one) => one.after),
    [null, 'action-0001'],
  );
});

test('a button pressed twice is one action', async () => {
  await working(card('incoming:doc-0001'));
  server.before = offline;
  await Promise.all([1, 2].map(() => post('/incoming/doc-0001/add-comment', comment('action-0001'))));
  assert.equal((await waiting()).length, 1);
});

test('fields are read by their kinds', async () => {
  await working(card('incoming:doc-0001'), card('outgoing:doc-0002', { versions: [], approvals: [] }));
  server.before = offline;
  await post('/incoming/doc-0001/assign', {
    ...comment('action-0001'),
    lead: '',
    simultaneous: ['unit:a', 'person:b'],
    directive: 'Xử lý',
    due_on: '',
    'due_ons:unit:a': '2026-12-01',
    'due_ons:person:b': '',
    'directives:person:b': 'Góp ý',
    type: 'KH',
    is_entry_confirmed: '1',
  });
  await post('/outgoing/doc-0002/approve', {
    action_id: 'action-0002',
    seen_version: '3',
    version_sha256: 'v',
    is_content_approved: '1',
  });
  const [assign, approve] = await waiting();
  assert.deepEqual(assign.fields, {
    lead: '',
    simultaneous: ['unit:a', 'person:b'],
    collaborating: [],
    informed: [],
    directive: 'Xử lý',
    due_on: null,
    directives: { 'person:b': 'Góp ý' },
    due_ons: { 'unit:a': '2026-12-01' },
    type: 'KH',
    field: '',
    is_entry_confirmed: true,
    is_due_confirmed: false,
    is_answer_required: false,
    direct_reason: '',
  });
  assert.deepEqual(approve.fields, {
    version_sha256: 'v',
    is_content_approved: true,
    is_form_approved: false,
    note: '',
  });
});

test('a draft made without a network can be opened, read and passed on', async () => {
  await working(card('incoming:doc-0001'));
  server.before = offline;
  const pdf = new File(['%PDF-1.7'], 'trả lời.pdf', { type: 'application/pdf' });
  await post('/incoming/doc-0001/start-draft', {
    action_id: 'draft-0001',
    seen_version: '1',
    subject: 'V/v trả lời',
    type: 'CV',
    urgency: 'normal',
    due_on: '',
    file: pdf,
    note: '',
  });
  const { card: draft } = await page('/outgoing/draft-0001');
  assert.deepEqual([draft.title, draft.current_version.name], ['V/v trả lời', 'trả lời.pdf']);
  const body = await get(`/files/outgoing/draft-0001/${draft.current_version.sha256}`);
  assert.equal(await body.text(), '%PDF-1.7');
  await post('/outgoing/draft-0001/submit-draft', {
    action_id: 'submit-001',
    seen_version: '0',
    to_person: 'binh',
    version_sha256: draft.current_version.sha256,
    note: '',
  });
  assert.equal((await waiting())[1].after, 'draft-0001');
  assert.equal((await page('/outgoing/draft-0001')).card.state, 'with_division');
});

test('a case file made without a network is listed, and can be chosen when concluding', async () => {
  await working(card('incoming:doc-0001'));
  server.before = offline;
  const response = await post(
    '/case-files',
    {
      action_id: 'case-00001',
      seen_version: '0',
      title: 'Hồ sơ chuyển đổi số',
      notation: '',
      retention: '10_years',
    },
    {},
  );
  assert.equal(response.status, 303);
  assert.equal((await page('/case-files')).case_files[0].title, 'Hồ sơ chuyển đổi số');
  assert.equal((await page('/incoming/doc-0001')).directory.case_files[0]._id, 'case_file:case-00001');
});

test("a form on another page than the document's loads that page again", async () => {
  await working(card('incoming:doc-0001'));
  server.before = offline;
  const response = await post(
    '/incoming/doc-0001/resolve-conflict',
    { action_id: 'action-0001', review_id: 'r', choice: 'ours' },
    { 'HX-Request': 'true', 'HX-Current-URL': `${ORIGIN}/reviews` },
  );
  assert.equal(response.headers.get('HX-Redirect'), '/reviews');
});

test('a refused act is shown with its reason until its author lets it go', async () => {
  await working(card('incoming:doc-0001'));
  await parts.outbox.addAction('an', action('no-000001', { text: 'refuse me' }), { title: 'Giấy mời' });
  await parts.session.synchronise();
  assert.deepEqual(
    (await page('/outbox')).refused.map((row) => [row.reason, row.title, row.fields.text]),
    [['not_allowed', 'Giấy mời', 'refuse me']],
  );
  await post('/outbox/dismiss', { action_id: 'no-000001' }, {});
  assert.deepEqual((await page('/outbox')).refused, []);
});

test('what was not sent can be taken away as a file', async () => {
  await working(card('incoming:doc-0001'));
  await parts.outbox.addAction('an', action('action-0001'));
  const response = await get('/outbox/export');
  assert.match(response.headers.get('Content-Disposition'), /attachment/);
  assert.equal(JSON.parse(await response.text()).waiting.length, 1);
});

test('reviews of all documents stand on one page, the oldest first', async () => {
  const review = (id, opened_at, is_mine) => ({ review_id: id, opened_at, is_mine });
  await working(
    card('incoming:a', { reviews: [review('late', '2026-11-22T09:00:00.000Z', true)] }),
    card('outgoing:b', { reviews: [review('early', '2026-11-22T08:00:00.000Z', false)] }),
  );
  const shown = await page('/reviews');
  assert.deepEqual(
    shown.reviews.map((one) => [one.review_id, one.document._id]),
    [
      ['early', 'outgoing:b'],
      ['late', 'incoming:a'],
    ],
  );
  assert.equal(shown.review_count, 1, 'the tab counts what waits for the person, not what others decide');
});

const receipted = (version, action_id = 'action-0001') => {
  const receipt = {
    action_id,
    status: 'applied',
    reason: null,
    document_id: 'incoming:doc-0001',
    version,
    command: 'AddComment',
  };
  const headers = { 'HX-Trigger': JSON.stringify({ 'congvan:receipt': receipt }) };
  return ours('ok', 'applied', 200, headers);
};

test('an act that the server took shows until its card comes, and its own version counts as seen', async () => {
  await working(card('incoming:doc-0001', { version: 4 }));
  server.before = answers(() => receipted(5));
  await post('/incoming/doc-0001/add-comment', comment('action-0001'));
  assert.deepEqual(await waiting(), []);
  const shown = (await page('/incoming/doc-0001')).card;
  assert.deepEqual([shown.version, shown.timeline.length], [5, 1]);
  server.write(
    card('incoming:doc-0001', {
      version: 6,
      timeline: [{ action_id: 'action-0001' }, { action_id: 'other' }],
    }),
  );
  server.before = async () => null;
  await parts.session.synchronise();
  const fresh = (await page('/incoming/doc-0001')).card;
  assert.deepEqual([fresh.version, fresh.timeline.length, fresh.pending], [6, 2, undefined]);
});

test("an act that came after somebody else's does not make theirs seen", async () => {
  await working(card('incoming:doc-0001', { version: 4 }));
  server.before = answers(() => receipted(6));
  await post('/incoming/doc-0001/add-comment', comment('action-0001'));
  assert.equal((await page('/incoming/doc-0001')).card.version, 4);
});

test('no room for a file: it is read all the same', async () => {
  await working(card('incoming:doc-0001'));
  globalThis.caches.isFull = true;
  const body = new TextEncoder().encode('%PDF-1.7');
  server.before = async () => new Response(body, { headers: { 'Content-Type': 'application/pdf' } });
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('hex');
  const response = await get(`/files/incoming/doc-0001/${digest}`);
  assert.equal(await response.text(), '%PDF-1.7');
});

test('while it cannot be known who signed in, a form does not pass by what waits', async () => {
  await working(card('incoming:doc-0001'));
  server.before = offline;
  await post('/incoming/doc-0001/add-comment', comment('act-1'));
  await parts.session.forgetWho(); // the page of some network looked like a sign-in
  server.before = async ({ path }) => {
    if (path === '/sync/devices') throw new TypeError('offline');
    return path.startsWith('/incoming/') ? ours('<article id="document">', 'applied') : null;
  };
  server.requests = [];
  await assert.rejects(post('/incoming/doc-0001/take-on', { ...comment('act-2'), text: '' }));
  assert.deepEqual(
    server.requests.filter(({ path }) => path.startsWith('/incoming/')),
    [],
  );
  server.before = async ({ path }) =>
    path.startsWith('/incoming/') ? ours('<article id="document">', 'applied') : null;
  assert.equal((await post('/incoming/doc-0001/take-on', { ...comment('act-2'), text: '' })).status, 200);
  assert.deepEqual(
    (await waiting()).map((one) => [one.action_id, one.after]),
    [
      ['act-1', null],
      ['act-2', 'act-1'],
    ],
  );
});

test('where nobody is known, a form waits for the answer to the one before it', async () => {
  await working(card('incoming:doc-0001'));
  await parts.device.writeDevice({ session: 'revoked' }); // seed 7133: forms go to the server alone
  const order = [];
  const taken = () => ours('<article id="document">', 'applied');
  let isThere = () => {};
  let answers = () => {};
  const arrived = new Promise((resolve) => {
    isThere = resolve;
  });
  server.before = ({ path }) => {
    if (!path.startsWith('/incoming/')) return null;
    if (order.push(path.split('/').at(-1)) > 1) return taken();
    isThere();
    return new Promise((resolve) => {
      answers = () => resolve(taken());
    });
  };
  const first = post('/incoming/doc-0001/follow', { ...comment('act-1'), is_followed: '1' });
  await arrived;
  const second = post('/incoming/doc-0001/add-comment', comment('act-2'));
  await new Promise((resolve) => setTimeout(resolve, 50)); // it could have overtaken by then
  assert.deepEqual(order, ['follow']);
  answers();
  assert.deepEqual([(await first).status, (await second).status], [200, 200]);
  assert.deepEqual(order, ['follow', 'add-comment']);
});

test('what is sent while it is asked who signed in counts from when it was sent', async () => {
  await working(card('incoming:doc-0001'));
  await parts.session.forgetWho();
  let isAsked = () => {};
  const asked = new Promise((resolve) => {
    isAsked = resolve;
  });
  server.before = async ({ path }) => {
    if (path !== '/sync/devices') throw new TypeError('offline');
    isAsked();
    await new Promise((resolve) => setTimeout(resolve, 60));
    return null;
  };
  const sent = new Date().toISOString();
  const answer = post('/incoming/doc-0001/add-comment', comment('action-0001'));
  await asked;
  const before = new Date().toISOString();
  await answer;
  const [action] = await waiting();
  assert.ok(action.acted_at >= sent && action.acted_at <= before);
});
