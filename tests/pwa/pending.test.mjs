import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draftCard } from '../../pwa/draft_card.js';
import { overlay, touchedDocuments } from '../../pwa/pending.js';
import { action, card, ME, OFFICE } from './fakes.mjs';

const show = (given, ...actions) => overlay(given, actions, OFFICE, ME);

test('a comment that waits stands at the end of the history, marked', () => {
  const before = card('incoming:doc-0001', { timeline: [{ event: 'Registered', action_id: 'r' }] });
  const shown = show(before, action('a', { text: 'Đồng ý' }));
  assert.deepEqual(
    shown.timeline.map(({ event, text, pending }) => [event, text, pending]),
    [
      ['Registered', undefined, undefined],
      ['Commented', 'Đồng ý', true],
    ],
  );
  assert.equal(shown.timeline[1].actor_name, ME.name);
  assert.equal(shown.pending, true);
  assert.equal(before.timeline.length, 1, 'the card of the replica is left as it is');
});

test('an action that the history tells already is not told twice', () => {
  const told = card('incoming:doc-0001', { timeline: [{ event: 'Commented', action_id: 'a' }] });
  assert.equal(show(told, action('a')), told);
});

test('an assignment shows whom it names, under the part it was made from', () => {
  const mine = { assignment_id: 'mine', role: 'lead', state: 'waiting' };
  const before = card('incoming:doc-0001', {
    allowed_actions: ['assign', 'take_on', 'return_assignment', 'add_comment'],
    my_assignment: mine,
    assignments: [
      { ...mine, depth: 0 },
      { assignment_id: 'other', depth: 0, state: 'waiting' },
    ],
  });
  const fields = {
    lead: 'person:binh',
    simultaneous: [],
    collaborating: ['unit:cntt'],
    informed: [],
    directive: 'Xử lý',
    due_on: null,
  };
  const shown = show(before, action('a', { text: undefined, ...fields }, { command: 'Assign' }));
  assert.deepEqual(
    shown.assignments.map((row) => [row.role, row.person_name ?? '', row.unit_name ?? '', row.depth]),
    [
      ['lead', '', '', 0],
      ['lead', 'Trần Thị Bình', 'CNTT', 1],
      ['collaborate', '', 'CNTT', 1],
      [undefined, '', '', 0],
    ],
  );
  assert.equal(shown.my_assignment.state, 'passed_on');
  assert.equal(shown.assignments[0].state, 'passed_on');
  assert.deepEqual(shown.allowed_actions, ['assign', 'add_comment']);
  assert.deepEqual(shown.timeline[0].details.recipients, [
    { role: 'lead', name: 'Trần Thị Bình' },
    { role: 'collaborate', name: 'CNTT' },
  ]);
});

test('what is used up can no longer be done: an approval cannot be followed by a return', () => {
  const before = card('outgoing:doc-0001', {
    allowed_actions: ['add_comment', 'return_draft', 'approve'],
    versions: [{ number: 2, sha256: 'v2' }],
    approvals: [],
  });
  const shown = show(
    before,
    action('a', { version_sha256: 'v2', is_content_approved: true }, { command: 'Approve' }),
  );
  assert.deepEqual(shown.allowed_actions, ['add_comment']);
  assert.deepEqual([shown.approvals[0].version_number, shown.approvals[0].is_form_approved], [2, false]);
});

test('a version brought without a network is the one that is submitted next', () => {
  const file = { sha256: 'v2', name: 'dự thảo.pdf', size: 10, media_type: 'application/pdf' };
  const before = card('outgoing:doc-0001', {
    versions: [{ number: 1, sha256: 'v1' }],
    allowed_actions: ['add_version', 'submit_draft'],
  });
  const shown = show(before, action('a', { file, note: '' }, { command: 'AddVersion' }));
  assert.deepEqual([shown.current_version.sha256, shown.current_version.number], ['v2', 2]);
  assert.equal(shown.files[0].sha256, 'v2');
  assert.ok(shown.allowed_actions.includes('submit_draft'));
});

test('a draft started without a network has a card of its own, and its incoming document a link to it', () => {
  const file = { sha256: 'v1', name: 'tra loi.pdf', size: 10, media_type: 'application/pdf' };
  const start = action(
    'start-01',
    { subject: 'V/v trả lời', type: 'CV', file, note: '' },
    { command: 'StartDraft' },
  );
  const incoming = card('incoming:doc-0001');
  assert.deepEqual(touchedDocuments(start), ['incoming:doc-0001', 'outgoing:start-01']);
  assert.equal(show(incoming, start).links[0]._id, 'outgoing:start-01');
  const draft = draftCard(start, incoming, ME);
  assert.deepEqual(
    [draft.title, draft.current_version.sha256, draft.links[0]._id],
    ['V/v trả lời', 'v1', 'incoming:doc-0001'],
  );
  const submitted = overlay(
    draft,
    [
      action(
        'b',
        { to_person: 'binh', version_sha256: 'v1' },
        { command: 'SubmitDraft', document_id: draft._id },
      ),
    ],
    OFFICE,
    ME,
  );
  assert.deepEqual([submitted.state, submitted.holder.name], ['with_division', 'Trần Thị Bình']);
});

test('a withdrawal that waits takes the document out of work, and leaves nothing to do but to speak', () => {
  const mine = { assignment_id: 'mine', role: 'leader', state: 'waiting' };
  const before = card('incoming:doc-0001', {
    state: 'presented',
    folder: 'todo',
    allowed_actions: ['assign', 'take_on', 'add_comment', 'start_draft', 'conclude', 'withdraw_document'],
    my_assignment: mine,
    assignments: [{ ...mine, depth: 0 }],
  });
  const wrong = { text: undefined, reason: 'Gửi nhầm' };
  const shown = show(before, action('w', wrong, { command: 'WithdrawDocument' }));
  assert.deepEqual(
    [shown.state, shown.folder, shown.my_assignment.state],
    ['withdrawn', 'done', 'withdrawn'],
  );
  assert.deepEqual(shown.allowed_actions, ['add_comment']);
  const last = shown.timeline.at(-1);
  assert.deepEqual([last.event, last.text, last.pending], ['Withdrawn', 'Gửi nhầm', true]);

  const draft = card('outgoing:doc-0002', { state: 'drafting', holder: { person_id: 'an', name: 'An' } });
  const gone = show(
    draft,
    action('v', wrong, { command: 'WithdrawDocument', document_id: 'outgoing:doc-0002' }),
  );
  assert.deepEqual([gone.state, gone.holder], ['withdrawn', null]);
});

test('what a delegate does without a network is told as done in the place of the delegator', () => {
  const shown = show(
    card('incoming:doc-0001', { acting_for: 'Trần Thị Bình' }),
    action('a', { text: 'Đồng ý' }),
  );
  assert.equal(shown.timeline.at(-1).actor_name, ME.name);
  assert.equal(shown.timeline.at(-1).on_behalf_of_name, 'Trần Thị Bình');
  const own = show(card('incoming:doc-0002'), action('b'));
  assert.equal(own.timeline.at(-1).on_behalf_of_name, null);
});

test('who asks to be excused from an answer sees that it waits; who decides sees the answer owed no longer', () => {
  const mine = { assignment_id: 'mine', role: 'lead', state: 'taken_on', needs_answer: true };
  const asked = action('ask-0001', { reason: 'Đã báo cáo tại cuộc họp' }, { command: 'RequestExcuse' });
  const given = { my_assignment: mine, assignments: [{ ...mine, depth: 0 }] };
  const asking = show(
    card('incoming:doc-0001', { ...given, allowed_actions: ['request_excuse', 'conclude'] }),
    asked,
  );
  assert.deepEqual(
    [asking.my_assignment.excuse.state, asking.assignments[0].excuse.request_id, asking.allowed_actions],
    ['open', 'ask-0001', ['conclude']],
  );
  const above = card('incoming:doc-0001', {
    my_assignment: { assignment_id: 'above', role: 'leader', state: 'passed_on' },
    assignments: asking.assignments,
    allowed_actions: ['decide_excuse'],
  });
  for (const [is_granted, state, word] of [
    [true, 'granted', 'granted'],
    [false, 'refused', 'refused'],
  ]) {
    const fields = { request_id: 'ask-0001', is_granted, note: '' };
    const decided = show(above, action('dec-0001', fields, { command: 'DecideExcuse' }));
    const [row] = decided.assignments;
    assert.deepEqual([row.excuse.state, row.needs_answer, decided.allowed_actions], [state, !is_granted, []]);
    assert.equal(decided.timeline.at(-1).details.decision, word);
  }
});
