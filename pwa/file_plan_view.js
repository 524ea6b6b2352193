/** This year's list of case files on the device: all of it for who keeps it, else what the person may open files by. */
import { todayInVietnam } from './work_days.js';

/** @typedef {{code: string, title: string, retention: string, unit_id?: string, pending?: boolean}} Entry */

/** @type {import('./views.js').View} */
export async function filePlanView({ person, unsettled, query }) {
  const directory = await person.replica.get('directory:office');
  const year = todayInVietnam().slice(0, 4);
  const entries = new Map(
    (directory?.plan ?? directory?.file_plan ?? []).map((/** @type {Entry} */ one) => [one.code, one]),
  );
  for (const { action } of unsettled.waiting) {
    const { command, document_id, fields } = action;
    if (document_id !== `file_plan:${year}`) continue;
    if (command === 'RemovePlanEntry') entries.delete(fields.code);
    else entries.set(fields.code, { ...fields, pending: true });
  }
  const units = (directory?.units ?? []).map((/** @type {any} */ { unit_id, name }) => ({ unit_id, name }));
  const listed = [...entries.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  const groups = [{ unit_id: '', name: '' }, ...units]
    .map((unit) => ({ ...unit, entries: listed.filter((one) => (one.unit_id ?? '') === unit.unit_id) }))
    .filter((group) => group.entries.length > 0);
  const refused = unsettled.refusal(query.get('from'));
  const isOne = refused?.command === 'SetPlanEntry';
  return {
    year,
    years: [],
    groups,
    units,
    retentions: directory?.catalogues?.retentions ?? [],
    may_plan: directory?.plan !== undefined, // who keeps the list has all of it
    version: 0,
    form:
      refused && isOne
        ? { ...refused.fields, replaces: refused.action_id }
        : (entries.get(query.get('code') ?? '') ?? {}),
    form_errors: {},
    notice: '',
    new_action_id: crypto.randomUUID(),
  };
}
