/**
 * The lists of the inbox (server/domain/lists.py): every card is in one, every list in one folder; what is overdue or due
 * soon is asked for by the deadline. Pure.
 */
import { workingDayAfter } from './work_days.js';

/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('./rows.js').Place} Place */
/** @typedef {{today: string, until: string}} Days  `until`: the last day on which a deadline is near */

/** List → folder, in the order in which they are offered. @type {Readonly<Record<string, string>>} */
export const LISTS = {
  to_decide: 'todo',
  returned: 'todo',
  waiting: 'todo',
  to_approve: 'todo',
  in_hand: 'todo',
  passed_on: 'watching',
  to_know: 'watching',
  followed: 'watching',
  done: 'done',
};
/** What a list can show side by side, in this order; the title always. */
export const COLUMNS = [
  ...['arrival', 'arrived_on', 'sender', 'number', 'document_on'],
  ...['title', 'due_on', 'held_by', 'state', 'latest'],
];
export const FOLDERS = ['todo', 'watching', 'done'];
/** Working days, today not counted, within which a deadline is near. */
export const SOON_DAYS = 2;
const NUL = '\u0000';

/** @param {import('./work_days.js').Days|undefined} days @param {string} today @returns {Days} */
export const daysFrom = (days, today) => ({ today, until: workingDayAfter(days ?? {}, today, SOON_DAYS) });

/** Number of cards of each folder. @param {Place[]} places */
export const folderCounts = (places) =>
  Object.fromEntries(FOLDERS.map((folder) => [folder, sum(places, (place) => place.folder === folder)]));

/**
 * The lists of a folder that hold something, the chosen one in any case; what is done asks for nothing more.
 * @param {Place[]} places @param {string} folder @param {string} chosen @param {Days} days
 */
export function listsOf(places, folder, chosen, days) {
  if (folder === 'done') return [];
  const inside = places.filter((place) => place.folder === folder);
  const names = ['overdue', 'due_soon', ...Object.keys(LISTS).filter((name) => LISTS[name] === folder)];
  const found = names
    .map((name) => ({ name, count: sum(inside, (place) => isIn(place, name, days)) }))
    .filter(({ name, count }) => count > 0 || name === chosen);
  // the chosen one is in sight on a phone, however many there are
  return found.sort((a, b) => Number(b.name === chosen) - Number(a.name === chosen));
}

/** How many cards that ask something of the person are past their day. @param {Place[]} places @param {string} today */
export const overdueCount = (places, today) =>
  sum(places, ({ folder, due_on }) => folder === 'todo' && due_on !== '' && due_on < today);

/** @typedef {{folder: string, list: string, query: string}} Asked */

/** The address of a view (the same as `address_of` on the server). @param {Asked} view */
export function addressOf({ folder, list, query }) {
  const asked = Object.entries({ folder, list, query }).filter(([, value]) => value !== '');
  return `/inbox?${new URLSearchParams(asked)}`;
}

/**
 * The views that the person keeps, each with its address and whether it is the one that is looked at.
 * @param {(Asked & {name: string})[]} kept @param {Asked} asked
 */
export const viewsOf = (kept, { folder, list, query }) =>
  kept.map((view) => ({
    name: view.name,
    at: addressOf(view),
    is_current: view.folder === folder && view.list === list && view.query === query,
  }));

/** Whether a folder has a list of that name. @param {string} folder @param {string} name */
export const isListOf = (folder, name) => folder !== 'done' && (isDue(name) || LISTS[name] === folder);

/**
 * A page of the rows of a folder that are in a list and have all the words, and the key to go on with.
 * @param {Row[]} rows  of the folder, in its order
 * @param {{name: string, after: string|null, limit: number, days: Days, has: (row: Row) => boolean}} asked
 *   `name`: a list, or '' for the whole folder
 * @returns {{rows: Row[], next: string|null}}
 */
export function pageOf(rows, { name, after, limit, days, has }) {
  const key = (/** @type {Row} */ row) =>
    [name || row.folder, isDue(name) ? row.due_on : row.sort_key, row._id].join(NUL);
  const found = rows
    .filter((row) => (!name || isIn(row, name, days)) && has(row))
    .map((row) => ({ row, key: key(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .filter((one) => !after || one.key > after);
  const page = found.slice(0, limit);
  return { rows: page.map(({ row }) => row), next: found.length > limit ? page[limit - 1].key : null };
}

const isDue = (/** @type {string} */ name) => name === 'overdue' || name === 'due_soon';

/** @param {Place|Row} place @param {string} name @param {Days} days */
function isIn({ list, due_on }, name, { today, until }) {
  if (!isDue(name)) return list === name;
  if (!due_on) return false;
  return name === 'overdue' ? due_on < today : due_on >= today && due_on <= until;
}

/** @param {Place[]} places @param {(place: Place) => boolean} fits */
const sum = (places, fits) => places.reduce((total, place) => total + (fits(place) ? place.count : 0), 0);
