/** Several documents transferred in one go on the device: an action for each, which succeeds or fails by itself. */
import { readAction } from './command_form.js';
import { queueAction } from './commands.js';
import { dueChoices } from './work_days.js';

/** @typedef {import('./unsettled.js').Unsettled} Unsettled */
/** @typedef {import('./commands.js').Person} Person */

/** What nobody has begun with or passed on. */
const LISTS = ['returned', 'waiting'];
/** Documents that are offered at a time, and cards of each list among which those are looked for. */
const TOGETHER = 50;
const LOOKED_AT = 200;

/**
 * The context of the page; `done` names the form with which documents were transferred.
 * @param {Person} person @param {Unsettled} unsettled @param {URLSearchParams} query @param {string} today
 */
export async function assignView(person, unsettled, query, today) {
  const [office, kept, { rows }] = await Promise.all([
    person.replica.get('directory:office'),
    person.replica.get('views:me'),
    person.replica.list('todo', null, 100_000),
  ]);
  const listed = LISTS.flatMap((name) => rows.filter((row) => row.list === name).slice(0, LOOKED_AT));
  const cards = await Promise.all(listed.map((row) => person.replica.get(row._id)));
  const open = cards
    .filter((card) => card?.allowed_actions.includes('assign'))
    .filter((card) => !unsettled.actionsOn(card._id, card.version).some(isTransfer))
    .slice(0, TOGETHER);
  const scopes = open.map((card) => card.assign_scope);
  const scope = scopes.includes('office') ? 'office' : (scopes[0] ?? null);
  const documents = open
    .filter((card) => card.assign_scope === scope)
    .map((card) => choice(card, unsettled.versionSeen(card._id, card.version)));
  const done = query.get('done');
  return {
    documents,
    scope,
    is_leader: documents.some(({ role }) => role === 'leader'),
    directory: { ...office, transfers: kept?.transfers ?? [], case_files: [] },
    due_choices: dueChoices(office?.days, today),
    form: {},
    results: done ? unsettled.madeWith(done) : [],
    nothing_chosen: query.has('none'),
    new_action_id: crypto.randomUUID(),
  };
}

const isTransfer = (/** @type {{command: string}} */ { command }) => command === 'Assign';

/** What the form lists of a card (the same as on the server). @param {any} card @param {number} version */
function choice(card, version) {
  const { _id, kind, title, number = '', sender = '', urgency, type = '', field = '', assign_scope } = card;
  return {
    ...{ _id, kind, version, title, number, sender, urgency, type, field, assign_scope },
    due_on: card.due_on ?? '',
    arrival_label: card.arrival?.label ?? '',
    role: card.my_assignment?.role ?? '',
  };
}

/**
 * Queue a transfer of each document that was chosen.
 * @param {FormData} form  `document`: ids; `act:<id>`: version and action id, parted by a space
 * @param {import('./commands.js').CommandRoute} route  of a transfer @param {Person} person
 * @returns {Promise<string>} the query of the page that shows the results
 */
export async function assignTogether(form, route, person) {
  const chosen = form.getAll('document');
  for (const one of chosen) {
    const document_id = String(one);
    const [seen, action_id] = String(form.get(`act:${document_id}`)).split(' ');
    const { action } = await readAction(form, route, null, person);
    const card = await person.replica.get(document_id);
    const fields = { ...action.fields, due_on: action.fields.due_on ?? card?.due_on ?? null };
    await queueAction({ ...action, action_id, document_id, seen_version: Number(seen), fields }, person);
  }
  return chosen.length > 0 ? `done=${encodeURIComponent(String(form.get('action_id')))}` : 'none=1';
}
