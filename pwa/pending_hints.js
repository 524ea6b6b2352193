/**
 * What each of the person's own actions changes of a card until its receipt comes: a guess, to be shown as waiting. Pure.
 */

/** @typedef {import('./types.js').Action} Action */
/** @typedef {import('./types.js').Profile} Profile */
/** @typedef {import('./names.js').Names} Names */
/** @typedef {(card: any, action: Action, names: Names, me: Profile) => void} Hint */

/** States of a row whose person has work in hand. */
const IN_HAND = new Set(['waiting', 'taken_on']);

const HANDLING_ROLES = new Set(['lead', 'simultaneous']);

/** @type {Record<string, Hint>} */
export const HINTS = {
  PresentToLeader(card, { fields }, names) {
    Object.assign(card, {
      state: 'presented',
      leader_id: fields.leader_id,
      leader_name: names.person(fields.leader_id),
    });
  },
  Assign(card, action, names, me) {
    const { fields } = action;
    const mine = card.my_assignment;
    const parent = card.assignments.find(
      (/** @type {any} */ row) => row.assignment_id === mine?.assignment_id,
    );
    const rows = names.recipients(fields).map((recipient, index) => ({
      assignment_id: `${action.action_id}:${index}`,
      parent_id: parent?.assignment_id ?? null,
      depth: parent ? parent.depth + 1 : 0,
      ...recipient,
      directive: fields.directives?.[targetOf(recipient)] || fields.directive || '',
      due_on: fields.due_ons?.[targetOf(recipient)] || fields.due_on || null,
      needs_answer:
        Boolean(fields.is_answer_required || mine?.needs_answer) && HANDLING_ROLES.has(recipient.role),
      state: 'waiting',
      assigned_by_name: me.name,
      assigned_at: action.acted_at,
      pending: true,
    }));
    const at = parent ? card.assignments.indexOf(parent) + 1 : card.assignments.length;
    card.assignments = [...card.assignments.slice(0, at), ...rows, ...card.assignments.slice(at)];
    if (fields.lead || fields.simultaneous?.length) setMine(card, 'passed_on');
    if (card.state === 'presented') card.state = 'assigned';
    if (mine?.role === 'leader' && fields.is_entry_confirmed) {
      for (const key of ['type', 'field', 'due_on']) card[key] = fields[key] || card[key];
      card.entry_confirmed_by_name = me.name;
    }
  },
  TakeOn(card) {
    setMine(card, 'taken_on');
    card.state = 'in_progress';
  },
  Follow(card, { fields }) {
    card.is_followed = Boolean(fields.is_followed);
  },
  ReturnAssignment: (card) => setMine(card, 'returned'),
  RequestExtension(card, { action_id, fields }, _names, me) {
    const { due_on, reason } = fields;
    const extension = { request_id: action_id, due_on, reason, state: 'open', asked_by_name: me.name };
    changeMine(card, { extension });
  },
  DecideExtension(card, { fields }) {
    changeRows(card, (row) => {
      if (row.extension?.request_id !== fields.request_id) return row;
      const state = fields.is_granted ? 'granted' : 'refused';
      const due_on = fields.is_granted ? fields.due_on || row.extension.due_on : row.due_on;
      return { ...row, due_on, extension: { ...row.extension, state }, pending: true };
    });
  },
  RequestExcuse(card, { action_id, fields }, _names, me) {
    const { reason } = fields;
    changeMine(card, { excuse: { request_id: action_id, reason, state: 'open', asked_by_name: me.name } });
  },
  DecideExcuse(card, { fields }) {
    changeRows(card, (row) => {
      if (row.excuse?.request_id !== fields.request_id) return row;
      const { is_granted } = fields;
      const excuse = { ...row.excuse, state: is_granted ? 'granted' : 'refused' };
      return { ...row, excuse, needs_answer: !is_granted && row.needs_answer, pending: true };
    });
  },
  HandOver: (card) => setMine(card, 'handed_over'),
  Urge(card, { fields, acted_at }, _names, me) {
    const { rows = [], grade, text } = fields;
    changeRows(card, (row) => {
      const isMeant = rows.length > 0 ? rows.includes(row.assignment_id) : IN_HAND.has(row.state);
      if (!isMeant || row.role === 'inform') return row;
      const count = (row.urged?.count ?? 0) + 1;
      return { ...row, urged: { count, grade, text, at: acted_at, by_name: me.name }, pending: true };
    });
  },
  StartDraft(card, action) {
    if (card.my_assignment?.state === 'waiting') setMine(card, 'taken_on');
    const link = {
      _id: `outgoing:${action.action_id}`,
      kind: 'outgoing',
      title: action.fields.subject,
      number: '',
    };
    card.links = [...(card.links ?? []), { ...link, state: 'drafting', relation: 'reply', pending: true }];
  },
  Conclude(card) {
    setMine(card, 'concluded');
    card.state = 'concluded';
  },
  WithdrawDocument(card) {
    setMine(card, 'withdrawn');
    Object.assign(card, {
      state: 'withdrawn',
      folder: 'done',
      ...(card.kind === 'outgoing' && { holder: null }),
    });
  },
  RequestRepair(card, { action_id, acted_at, fields }, names, me) {
    const { unit_name, person_name } = names.target(fields.target || 'person:');
    const repair = { repair_id: action_id, state: 'requested', wanted: fields.wanted, reason: fields.reason };
    const asked = {
      from_name: me.name,
      to_name: person_name || unit_name,
      asked_by_name: me.name,
      asked_at: acted_at,
    };
    card.repairs = [...(card.repairs ?? []), { ...repair, ...asked, pending: true }];
  },
  ResolveConflict(card, { fields }) {
    card.reviews = card.reviews.filter((/** @type {any} */ review) => review.review_id !== fields.review_id);
  },
  AddVersion(card, action, _names, me) {
    addVersion(card, action, me);
    if (card.state === 'returned') card.state = 'drafting';
  },
  SubmitDraft(card, { fields }, names) {
    card.state = 'with_division';
    card.holder = { person_id: fields.to_person, name: names.person(fields.to_person) };
  },
  SubmitToLeader(card, { fields }, names) {
    card.state = 'with_leader';
    card.holder = { person_id: fields.leader_id, name: names.person(fields.leader_id) };
  },
  ReturnDraft(card, { fields }) {
    card.state = fields.return_to === 'division' ? 'with_division' : 'returned';
  },
  Approve(card, { fields, acted_at }, _names, me) {
    const version = (card.versions ?? []).find((/** @type {any} */ v) => v.sha256 === fields.version_sha256);
    const approval = {
      level: 'leader',
      person_name: me.name,
      at: acted_at,
      version_number: version?.number ?? null,
      sha256: fields.version_sha256,
      is_content_approved: Boolean(fields.is_content_approved),
      is_form_approved: Boolean(fields.is_form_approved),
      pending: true,
    };
    card.approvals = [...(card.approvals ?? []), approval];
  },
};

/** @param {{is_unit: boolean, unit_id: string|null, person_id: string|null}} recipient */
const targetOf = ({ is_unit, unit_id, person_id }) => (is_unit ? `unit:${unit_id}` : `person:${person_id}`);

/** @param {any} card @param {string} state */
const setMine = (card, state) => changeMine(card, { state });

/** Change the person's own part, there and in the tree. @param {any} card @param {Record<string, any>} changes */
function changeMine(card, changes) {
  if (!card.my_assignment) return;
  const id = card.my_assignment.assignment_id;
  card.my_assignment = { ...card.my_assignment, ...changes };
  changeRows(card, (row) => (row.assignment_id === id ? { ...row, ...changes } : row));
}

/** @param {any} card @param {(row: any) => any} change */
function changeRows(card, change) {
  card.assignments = card.assignments.map(change);
}

/** Show the file of an action as the newest version. @param {any} card @param {Action} action @param {Profile} me */
export function addVersion(card, action, me) {
  const { file, note } = action.fields;
  if (!file) return;
  const number = (card.versions?.at(-1)?.number ?? 0) + 1;
  const version = {
    ...file,
    number,
    pages: null,
    author_name: me.name,
    at: action.acted_at,
    note: note ?? '',
    pending: true,
  };
  card.versions = [...(card.versions ?? []), version];
  card.current_version = version;
  card.files = [version, ...(card.files ?? [])];
}
