/**
 * The overlay: a card as it looks with the person's own actions that have no receipt yet. Pure.
 *
 * It shows what was done (pending_hints.js) and takes away what no longer makes sense; it decides nothing. The server's
 * card, when it comes, replaces every guess made here.
 */
import { Names } from './names.js';
import { HINTS } from './pending_hints.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {import('./types.js').Directory} Directory */
/** @typedef {import('./types.js').Profile} Profile */

/** What can be done with a part of the work while it is with the person. */
const PART_VERBS = [
  'take_on',
  'return_assignment',
  'assign',
  'start_draft',
  'conclude',
  'hand_over',
  'request_extension',
  'request_excuse',
];

/** Events of acts that can be taken back, and those that may have come since (the same in server/domain/undoing.py). */
const UNDOABLE = new Set([
  'Presented',
  'Assigned',
  'TakenOn',
  'AssignmentReturned',
  'HandedOver',
  'Concluded',
]);
const BESIDE = new Set(['Commented', 'ScanAdded', 'Followed', 'DueReminded']);

/** Commands that grant or refuse a request. */
const DECIDING = new Set(['DecideExtension', 'DecideExcuse']);

/** command → [event it becomes, verbs that it uses up] @type {Record<string, [string, string[]]>} */
const OUTCOMES = {
  PresentToLeader: ['Presented', ['present_to_leader']],
  Assign: ['Assigned', ['take_on', 'return_assignment']],
  TakeOn: ['TakenOn', ['take_on', 'return_assignment']],
  ReturnAssignment: ['AssignmentReturned', PART_VERBS],
  RequestExtension: ['ExtensionRequested', ['request_extension']],
  DecideExtension: ['ExtensionDecided', ['decide_extension']],
  RequestExcuse: ['ExcuseRequested', ['request_excuse']],
  DecideExcuse: ['ExcuseDecided', ['decide_excuse']],
  HandOver: ['HandedOver', PART_VERBS],
  Urge: ['Urged', []],
  AddComment: ['Commented', []],
  Follow: ['Followed', []],
  StartDraft: ['DraftStarted', ['take_on', 'return_assignment']],
  Conclude: ['Concluded', PART_VERBS],
  WithdrawDocument: [
    'Withdrawn',
    [
      ...PART_VERBS,
      'present_to_leader',
      'decide_extension',
      'decide_excuse',
      'urge',
      'add_version',
      'submit_draft',
      'submit_to_leader',
      'return_draft',
      'approve',
      'withdraw_document',
    ],
  ],
  UndoAct: ['ActUndone', [...PART_VERBS, 'present_to_leader', 'urge']],
  RequestRepair: ['RepairRequested', []],
  ConfirmRepair: ['RepairConfirmed', []],
  RefuseRepair: ['RepairRefused', []],
  CarryOutRepair: ['Repaired', []],
  AcknowledgeRepair: ['RepairAcknowledged', []],
  ResolveConflict: ['ConflictResolved', []],
  AcknowledgeReview: ['ReviewAcknowledged', []],
  AddVersion: ['VersionAdded', []],
  SubmitDraft: ['DraftSubmitted', ['submit_draft', 'add_version']],
  SubmitToLeader: ['SubmittedToLeader', ['submit_to_leader', 'return_draft']],
  ReturnDraft: ['DraftReturned', ['return_draft', 'approve', 'submit_to_leader']],
  Approve: ['Approved', ['approve', 'return_draft']],
};

/**
 * Say what can be taken back now: an act that was just made here, until another one; and whether a repair can be asked for.
 * @param {any} card @param {string} event @param {Action} action
 */
function noteLast(card, event, { action_id }) {
  if (card.kind !== 'incoming' || BESIDE.has(event)) return;
  card.undo = UNDOABLE.has(event) ? { action_id, event } : null;
  card.may_ask_repair = false;
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
  const told = new Set(card.timeline.map((/** @type {any} */ entry) => entry.action_id));
  const untold = actions.filter((action) => !told.has(action.action_id));
  if (untold.length === 0) return card;
  const names = new Names(directory);
  const shown = { ...card, timeline: [...card.timeline], pending: true };
  for (const action of untold) {
    const [event, usedUp] = OUTCOMES[action.command] ?? [action.command, []];
    noteLast(shown, event, action);
    HINTS[action.command]?.(shown, action, names, me);
    const on_behalf_of_name = card.acting_for ?? null;
    if (event !== 'Followed')
      shown.timeline.push({ ...timelineEntry(event, action, names, me), on_behalf_of_name });
    shown.allowed_actions = shown.allowed_actions.filter(
      (/** @type {string} */ verb) => !usedUp.includes(verb),
    );
  }
  return shown;
}

/**
 * What an action looks like in the history, as the server will tell it.
 * @param {string} event @param {Action} action @param {Names} names @param {Profile} me
 */
export function timelineEntry(event, { action_id, acted_at, command, fields }, names, me) {
  const recipients = names.recipients(fields).map(({ role, unit_name, person_name, is_unit }) => ({
    role,
    name: is_unit ? unit_name : person_name,
  }));
  const to_name = names.person(fields.leader_id || fields.to_person);
  const decision = DECIDING.has(command) && { decision: fields.is_granted ? 'granted' : 'refused' };
  return {
    at: acted_at,
    event,
    action_id,
    actor_id: me.person_id,
    actor_name: me.name,
    actor_position: me.position,
    on_behalf_of_name: null,
    text: fields.text || fields.directive || fields.reason || fields.result || fields.note || '',
    details: { ...(command === 'Assign' && { recipients }), ...(to_name && { to_name }), ...decision },
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
