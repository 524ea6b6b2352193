/**
 * Working days as the office counts them (server/domain/work_calendar.py), by the table that comes with the directory:
 * weekdays that are off, weekend days that are worked.
 */

/** @typedef {{off?: string[], worked?: string[]}} Days */

const DAY_MS = 86_400_000;
const VIETNAM_MS = 7 * 3600 * 1000;
/** How many working days a deadline is offered for. */
const OFFERED = [1, 3, 5, 7, 10];

/** Today's date in Vietnam. */
export const todayInVietnam = () => new Date(Date.now() + VIETNAM_MS).toISOString().slice(0, 10);

/** @param {Days} days @param {string} day ISO date */
export function isWorking({ off, worked }, day) {
  const isWeekend = [0, 6].includes(new Date(day).getUTCDay());
  return isWeekend ? Boolean(worked?.includes(day)) : !off?.includes(day);
}

/** The working day so many working days after a day, which is not counted. @param {Days} days @param {string} day @param {number} count */
export function workingDayAfter(days, day, count) {
  let found = day;
  for (let left = count; left > 0; left -= isWorking(days, found) ? 1 : 0)
    found = new Date(Date.parse(found) + DAY_MS).toISOString().slice(0, 10);
  return found;
}

/** The deadlines that a form offers. @param {Days|undefined} days @param {string} today */
export const dueChoices = (days, today) =>
  OFFERED.map((count) => ({ count, on: workingDayAfter(days ?? {}, today, count) }));
