/**
 * The version of the commands' form, and what brings an action that waits since an older version of the app to the one
 * of today: the steps of server/domain/versions.py, so that no update strands what was done before it. Pure.
 */
import table from './offline_routes.json' with { type: 'json' };

/** @typedef {import('./types.js').Action} Action */

export const APP_VERSION = table.app_version;

/** Version → what brings an action of it to the next one. @type {Record<number, (action: Action) => Action>} */
const STEPS = {
  1(action) {
    const { target, ...fields } = action.fields;
    if (action.command !== 'ReturnDraft' || target === undefined) return action;
    return { ...action, fields: { ...fields, return_to: target } };
  },
  2(action) {
    const { fields } = action;
    if (action.command !== 'Assign' || fields.type !== undefined) return action;
    const said = { is_entry_confirmed: '1', direct_reason: fields.directive ?? '', type: '' };
    return { ...action, fields: { ...fields, ...said } };
  },
  3(action) {
    const { no_answer_reason, ...fields } = action.fields;
    if (action.command !== 'Conclude' || no_answer_reason === undefined) return action;
    const result = [fields.result, no_answer_reason].filter(Boolean).join('\n');
    return { ...action, fields: { ...fields, result } };
  },
};

/**
 * Give an action in the form of today, the same one when it is; one without a version is from before versions were
 * counted. What was signed was the old form, so the new one is signed when it is sent.
 * @param {Action} action
 * @returns {Action}
 */
export function upgraded(action) {
  let current = action;
  for (let version = action.app_version ?? 1; version < APP_VERSION; version += 1)
    current = { ...STEPS[version](current), app_version: version + 1, device_signature: undefined };
  return current;
}
