/** The page of a case file on the device: what is in it as the replica has it; null when it is not here. */

/** States in which nothing more is to be done about a document. */
const DONE = ['concluded', 'approved', 'withdrawn'];

/** @type {import('./views.js').View} */
export async function caseFileView({ person, unsettled, me, id: key }) {
  const id = `case_file:${key}`;
  const stored = await person.replica.get(id);
  if (!stored) return null;
  const file = { ...stored, key, version: unsettled.versionSeen(id, stored.version) };
  const taken = new Set();
  for (const { command, fields } of unsettled.actionsOn(id, stored.version)) {
    if (command === 'CloseCaseFile') file.state = 'closed';
    if (command === 'ReopenCaseFile') file.state = 'open';
    if (command === 'UnfileDocument') taken.add(fields.document);
    file.pending = true;
  }
  const inside = stored.documents.filter((/** @type {any} */ one) => !taken.has(one._id));
  const cards = await Promise.all(inside.map((/** @type {any} */ one) => person.replica.get(one._id)));
  const entries = inside
    .map((/** @type {any} */ one, /** @type {number} */ at) => entryOf(one, cards[at], stored.filed ?? []))
    .sort((/** @type {any} */ a, /** @type {any} */ b) => (`${a.on} ${a._id}` < `${b.on} ${b._id}` ? -1 : 1))
    .map((/** @type {any} */ one, /** @type {number} */ at) => ({ ...one, ordinal: at + 1 }));
  return {
    file,
    year: stored.year ?? '',
    start_on: entries[0]?.on ?? '',
    end_on: entries.at(-1)?.on ?? '',
    page_total: entries.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.pages, 0),
    done_count: entries.filter((/** @type {any} */ one) => DONE.includes(one.state)).length,
    entries,
    is_own: stored.owner_id === me.person_id,
    notice: '',
    is_fault: false,
    new_action_id: crypto.randomUUID(),
  };
}

/** @param {any} link @param {any} card  undefined: it is not on this device @param {string[]} filed */
const entryOf = (link, card, filed) => ({
  ...link,
  on: card?.document_on ?? card?.arrival?.arrived_on ?? card?.updated_at?.slice(0, 10) ?? '',
  type_name: '',
  author: card?.sender ?? '',
  pages: card?.files?.[0]?.pages ?? card?.page_count ?? 0,
  is_filed: filed.includes(link._id),
});
