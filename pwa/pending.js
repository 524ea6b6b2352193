/**
 * The overlay: a card as it looks with the person's own actions that have no receipt yet. Pure.
 *
 * It shows what was done and takes away what no longer makes sense; it decides nothing. The server's card, when it
 * comes, replaces every guess made here.
 */

/** @typedef {import('./types.js').Action} Action */
/** @typedef {import('./types.js').Card} Card */
/** @typedef {import('./types.js').Directory} Directory */
/** @typedef {import('./types.js').Profile} Profile */
/** @typedef {(card: any, action: Action, names: Names, me: Profile) => void} Hint */

/** command → [event it becomes, verbs that it uses up] @type {Record<string, [string, string[]]>} */
const OUTCOMES = {
  PresentToLeader: ['Presented', ['present_to_leader']],
  Assign: ['Assigned', ['take_on', 'return_assignment']],
  TakeOn: ['TakenOn', ['take_on', 'return_assignment']],
  ReturnAssignment: [
    'AssignmentReturned',
    ['take_on', 'return_assignment', 'assign', 'start_draft', 'conclude'],
  ],
  AddComment: ['Commented', []],
  StartDraft: ['DraftStarted', ['take_on', 'return_assignment']],
  Conclude: ['Concluded', ['conclude', 'take_on', 'return_assignment', 'assign', 'start_draft']],
  ResolveConflict: ['ConflictResolved', []],
  AddVersion: ['VersionAdded', []],
  SubmitDraft: ['DraftSubmitted', ['submit_draft', 'add_version']],
  SubmitToLeader: ['SubmittedToLeader', ['submit_to_leader', 'return_draft']],
  ReturnDraft: ['DraftReturned', ['return_draft', 'approve', 'submit_to_leader']],
  Approve: ['Approved', ['approve', 'return_draft']],
};

/** Looks names up in the directory that came with the replica. */
class Names {
  /** @param {Directory|undefined} directory */
  constructor(directory) {
    this.people = new Map((directory?.people ?? []).map((person) => [person.person_id, person.name]));
    this.units = new Map((directory?.units ?? []).map((unit) => [unit.unit_id, unit.name]));
  }

  /** @param {string|undefined} id */
  person(id) {
    return this.people.get(id ?? '') ?? '';
  }

  /** @param {string} target `unit:<id>` or `person:<id>` */
  target(target) {
    const [kind, id] = [target.slice(0, target.indexOf(':')), target.slice(target.indexOf(':') + 1)];
    const isUnit = kind === 'unit';
    return {
      unit_id: isUnit ? id : null,
      unit_name: isUnit ? (this.units.get(id) ?? '') : '',
      person_id: isUnit ? null : id,
      person_name: isUnit ? '' : this.person(id),
    };
  }
}

/** @type {Record<string, Hint>} */
const HINTS = {
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
    const of = (/** @type {string} */ role, /** @type {string[]} */ targets) =>
      targets.filter(Boolean).map((target, index) => ({
        assignment_id: `${action.action_id}:${role}:${index}`,
        parent_id: mine?.assignment_id ?? null,
        depth: mine
          ? 1 +
            (card.assignments.find((/** @type {any} */ a) => a.assignment_id === mine.assignment_id)?.depth ??
              0)
          : 0,
        role,
        ...names.target(target),
        directive: fields.directive ?? '',
        due_on: fields.due_on || null,
        state: 'waiting',
        assigned_by_name: me.name,
        assigned_at: action.acted_at,
        pending: true,
      }));
    card.assignments = [
      ...card.assignments,
      ...of('lead', [fields.lead]),
      ...of('simultaneous', fields.simultaneous ?? []),
      ...of('collaborate', fields.collaborating ?? []),
      ...of('inform', fields.informed ?? []),
    ];
    if (mine && (fields.lead || fields.simultaneous?.length)) setMine(card, 'passed_on');
    if (card.state === 'registered' || card.state === 'presented') card.state = 'assigned';
  },
  TakeOn(card) {
    setMine(card, 'taken_on');
    card.state = 'in_progress';
  },
  ReturnAssignment: (card) => setMine(card, 'returned'),
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
    card.state = fields.target === 'division' ? 'with_division' : 'returned';
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

/** @param {any} card @param {string} state */
function setMine(card, state) {
  if (!card.my_assignment) return;
  const id = card.my_assignment.assignment_id;
  card.my_assignment = { ...card.my_assignment, state };
  card.assignments = card.assignments.map((/** @type {any} */ a) =>
    a.assignment_id === id ? { ...a, state } : a,
  );
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
}

/**
 * Give the card with the person's pending actions laid over it; the card given is not changed.
 * @param {any} card
 * @param {Action[]} actions  without a receipt, of this document, in the order of acting
 * @param {Directory|undefined} directory
 * @param {Profile} me
 * @returns {any}
 */
export function overlay(card, actions, directory, me) {
  if (actions.length === 0) return card;
  const names = new Names(directory);
  const shown = { ...card, timeline: [...card.timeline], pending: true };
  for (const action of actions) {
    const [event, usedUp] = OUTCOMES[action.command] ?? [action.command, []];
    HINTS[action.command]?.(shown, action, names, me);
    shown.timeline.push(timelineEntry(event, action, me));
    shown.allowed_actions = shown.allowed_actions.filter(
      (/** @type {string} */ verb) => !usedUp.includes(verb),
    );
  }
  return shown;
}

/** What an action looks like in the history. @param {string} event @param {Action} action @param {Profile} me */
export function timelineEntry(event, { action_id, acted_at, fields }, me) {
  return {
    at: acted_at,
    event,
    actor_id: me.person_id,
    actor_name: me.name,
    actor_position: me.position,
    on_behalf_of_name: null,
    text: fields.directive || fields.text || fields.reason || fields.result || fields.note || '',
    details: { action_id },
    is_offline: true,
    pending: true,
  };
}

/**
 * The documents that an action is about: its target, and for StartDraft the draft that it makes.
 * @param {Action} action
 * @returns {string[]}
 */
export function touchedDocuments(action) {
  const target = action.document_id ? [action.document_id] : [];
  return action.command === 'StartDraft' ? [...target, `outgoing:${action.action_id}`] : target;
}
