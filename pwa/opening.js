/** Going straight to a document by its arrival number, or by its number and symbol, among what is on the device. */
import { FOLDERS } from './lists.js';

const ARRIVAL = /^0*([1-9][0-9]{0,8})(?:\/(20[0-9]{2}))?$/;

/** Whether a number is one of the arrival book: there is one document of each. @param {string} asked */
export const isArrival = (asked) => ARRIVAL.test(asked.trim());

/**
 * Find the one document of the replica with this number.
 * @param {import('./replica.js').Replica} replica @param {string} asked @param {string} today ISO date
 * @returns {Promise<string|null>} its path; null when there are several or none: the server knows more
 */
export async function pathByNumber(replica, asked, today) {
  const number = asked.trim().replace(/\s+/g, ' ').toUpperCase();
  if (number === '') return null;
  const arrival = ARRIVAL.exec(number);
  const lists = await Promise.all(FOLDERS.map((folder) => replica.list(folder, null, 100_000)));
  const rows = lists.flatMap((list) => list.rows);
  if (!arrival) return onlyPath(rows.filter((row) => row.number.toUpperCase() === number));
  const book = `den-${arrival[2] ?? today.slice(0, 4)}`;
  const labelled = rows.filter((row) => Number(row.arrival_label) === Number(arrival[1]));
  const cards = await Promise.all(labelled.map((row) => replica.get(row._id)));
  return onlyPath(cards.filter((card) => card?.arrival?.book === book));
}

/** @param {Record<string, any>[]} found */
const onlyPath = (found) => (found.length === 1 ? `/${found[0]._id.replace(':', '/')}` : null);
