/** The outbox page: what waits, what was refused and can be done anew, what was settled. */
import { noticesFor } from './desk.js';
import { upgraded } from './versions.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {import('./types.js').SettledRow} SettledRow */
/** @typedef {import('./unsettled.js').Unsettled} Unsettled */
/** @typedef {import('./commands.js').Person} Person */

const SETTLED_SHOWN = 50;
/** Where what is no act on a document is done anew. @type {Readonly<Record<string, string>>} */
const MAKERS = {
  CreateCaseFile: '/case-files',
  RegisterIncoming: '/incoming/new',
  SetPlanEntry: '/file-plan',
};
/** Commands without a form of their own on the page of a document. */
const WITHOUT_FORM = ['resolve_conflict', 'acknowledge_review'];

/** @param {Action} action */
const facts = ({ action_id, command, acted_at, document_id, fields, after }) => ({
  action_id,
  command,
  acted_at,
  document_id,
  fields,
  after,
});

/**
 * @param {Person|null} person  null: the replica is gone @param {Unsettled} unsettled
 * @returns {Promise<Record<string, any>>}
 */
export async function outboxView(person, unsettled) {
  const isRefused = (/** @type {SettledRow} */ row) => row.receipt.status === 'refused';
  const now = new Date().toISOString();
  return {
    notices: await noticesFor(person, unsettled),
    new_action_id: crypto.randomUUID(),
    waiting: unsettled.unsent.map(({ action, title, held, receipt_fault = null }) => {
      const force_from = action.is_forced ? null : held?.force_from;
      const may_force = Boolean(force_from && force_from <= now);
      const told = held && { reason: held.reason, force_from, may_force };
      return { ...facts(action), title, held: told, receipt_fault };
    }),
    refused: await Promise.all(
      unsettled.settled.filter(isRefused).map(async (row) => {
        const { reason, details } = row.receipt;
        const again = unsettled.waiting.find(({ action }) => action.replaces === row.action_id);
        const replaced_by = row.replaced_by ?? again?.action_id ?? null;
        const redo = replaced_by ? '' : await redoPath(row, person);
        return { ...facts(upgraded(row.action)), reason, details, title: row.title, replaced_by, redo };
      }),
    ),
    settled: unsettled.settled
      .filter((row) => !isRefused(row))
      .slice(0, SETTLED_SHOWN)
      .map(({ action, receipt, title, proof = 'unsigned' }) => ({
        ...facts(action),
        ...receipt,
        title,
        proof,
      })),
  };
}

/**
 * The address of the form in which a refused action is done anew; empty when it is no longer open to the person.
 * @param {SettledRow} row @param {Person|null} person
 */
async function redoPath({ action_id, action: { command, document_id } }, person) {
  const verb = verbOf(command);
  const maker = MAKERS[command];
  if (maker) return `${maker}?from=${action_id}`;
  const card = document_id && (await person?.replica.get(document_id));
  const path = card && `/${card._id.replace(':', '/')}`;
  if (command === 'RequestRepair' && card?.may_ask_repair) return `${path}/repair?from=${action_id}`;
  if (!card?.allowed_actions.includes(verb)) return '';
  if (WITHOUT_FORM.includes(verb)) return `${path}#conflicts`;
  return `${path}?form=${verb}&from=${action_id}#act-${verb.replaceAll('_', '-')}`;
}

/** `TakeOn` → `take_on`, as `allowed_actions` names it. @param {string} command */
export const verbOf = (command) =>
  command.replace(/[A-Z]/g, (letter, at) => (at ? '_' : '') + letter.toLowerCase());
