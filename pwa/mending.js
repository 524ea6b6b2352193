/** Flows that went wrong, on the device: the form that asks for a repair, and the repairs that wait for the person. */

/** @typedef {import('./views.js').View} View */

/** Acts on a repair that somebody asked for: each is the last that its author has to do with it. */
const ON_ONE = new Set(['ConfirmRepair', 'RefuseRepair', 'CarryOutRepair', 'AcknowledgeRepair']);

/** The form in which somebody asks for a repair of their part; null when there is nothing to ask for. @type {View} */
export async function repairView({ person, unsettled, me, id, query, overlay }) {
  const documentId = `incoming:${id}`;
  const [stored, directory] = await Promise.all([
    person.replica.get(documentId),
    person.replica.get('directory:office'),
  ]);
  if (!stored) return null;
  const version = unsettled.versionSeen(documentId, stored.version);
  const acts = unsettled.actionsOn(documentId, stored.version);
  const card = overlay({ ...stored, version }, acts, directory, me);
  if (!card.may_ask_repair) return null;
  const refused = unsettled.refusal(query.get('from'));
  const isOne = refused?.command === 'RequestRepair' && refused.document_id === documentId;
  const is_finished = card.my_assignment?.state === 'concluded';
  return {
    card,
    form: {
      wanted: is_finished ? 'reopen' : 'reroute',
      ...(refused && isOne && { ...refused.fields, replaces: refused.action_id }),
    },
    form_errors: {},
    is_finished,
    directory,
    new_action_id: crypto.randomUUID(),
  };
}

/** What waits for the person, and what they did about it here; what is over is on the server's page. @type {View} */
export async function repairsView({ person, unsettled }) {
  const notices = await person.replica.startingWith('notice:');
  const acts = unsettled.unsent.map(({ action }) => action).filter(({ command }) => ON_ONE.has(command));
  const pending = new Set(acts.map(({ fields }) => fields.repair_id));
  const entries = notices
    .filter(({ about, entry }) => about === 'repair' && entry)
    .map(({ document_id, entry }) => ({
      ...entry,
      version: unsettled.versionSeen(document_id, entry.version),
      ...(pending.has(entry.repair_id) && { actions: [], pending: true }),
    }))
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  return {
    waiting: entries.filter(({ actions }) => actions.length > 0),
    open: entries.filter(({ actions }) => actions.length === 0),
    past: [],
    notice: '',
    is_fault: false,
    new_action_id: crypto.randomUUID(),
  };
}
