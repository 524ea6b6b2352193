/** The card of a draft that so far exists on this device only, so that work on it can go on without a network. Pure. */
import { Names } from './names.js';
import { timelineEntry } from './pending.js';
import { addVersion } from './pending_hints.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {import('./types.js').Profile} Profile */

/**
 * Give the card of a draft that so far exists on this device only.
 * @param {Action} action  StartDraft
 * @param {any} incoming  the card that it answers, if the replica has it
 * @param {Profile} me
 * @returns {any}
 */
export function draftCard(action, incoming, me) {
  const { fields } = action;
  const card = {
    _id: `outgoing:${action.action_id}`,
    kind: 'outgoing',
    version: 0,
    state: 'drafting',
    title: fields.subject,
    folder: 'todo',
    list: 'in_hand',
    sort_key: '',
    updated_at: action.acted_at,
    urgency: fields.urgency || 'normal',
    confidentiality: 'normal',
    is_priority: false,
    is_bare: false,
    due_on: fields.due_on || null,
    type: fields.type,
    field: incoming?.field ?? '',
    allowed_actions: ['add_comment', 'add_version', 'submit_draft', 'withdraw_document'],
    assign_scope: null,
    acting_for: incoming?.acting_for ?? null,
    files: [],
    links: incoming
      ? [
          {
            _id: incoming._id,
            kind: 'incoming',
            title: incoming.title,
            number: incoming.number,
            state: incoming.state,
            relation: 'answers',
          },
        ]
      : [],
    timeline: [timelineEntry('DraftStarted', action, new Names(undefined), me)],
    reviews: [],
    number: '',
    reply_to: action.document_id,
    drafter: { person_id: me.person_id, name: me.name, unit_name: me.unit_name },
    holder: { person_id: me.person_id, name: me.name },
    round: 1,
    note: fields.note ?? '',
    versions: [],
    current_version: null,
    approvals: [],
    pending: true,
  };
  addVersion(card, action, me);
  return card;
}
