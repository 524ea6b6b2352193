/** An entry of the arrival book made without a network: its form, those that wait, and what these seem to repeat. */
import { FOLDERS } from './lists.js';
import { plain } from './plain.js';

/** @typedef {{sender: string, number: string, arrival_label: string}} Twin  arrival_label: '' while it has no number */

/**
 * What two registrations of the same document have in common; null without a number (the same as `duplicate_key` of
 * server/domain/duplicates.py).
 * @param {string} sender @param {string} number
 */
export const duplicateKey = (sender, number) =>
  number ? plain(`${sender}|${number}`).replace(/[^a-z0-9|]+/g, '') : null;

/** @type {import('./views.js').View} */
export async function entryView({ person, unsettled, me, query }) {
  if (!me.roles.includes('clerk')) return null;
  const [directory, ...lists] = await Promise.all([
    person.replica.get('directory:office'),
    ...FOLDERS.map((folder) => person.replica.list(folder, null, 100_000)),
  ]);
  /** @type {Map<string|null, Twin>} */
  const known = new Map();
  for (const { kind, sender, number, arrival_label } of lists.flatMap(({ rows }) => rows))
    if (kind === 'incoming') known.set(duplicateKey(sender, number), { sender, number, arrival_label });
  known.delete(null);
  const entries = unsettled.unsent
    .filter(({ action }) => action.command === 'RegisterIncoming')
    .map((row) => {
      const { sender, number } = row.action.fields;
      const key = duplicateKey(sender, number);
      const twin = known.get(key) ?? null;
      if (key && !twin) known.set(key, { sender, number, arrival_label: '' });
      return { ...row, twin };
    });
  const refused = unsettled.refusal(query.get('from'));
  const isOne = refused?.command === 'RegisterIncoming';
  return {
    directory,
    entries,
    is_kept: query.has('kept'),
    form: refused && isOne ? { ...refused.fields, replaces: refused.action_id } : {},
    form_errors: {},
    new_action_id: crypto.randomUUID(),
  };
}
