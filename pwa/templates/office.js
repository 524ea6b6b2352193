/**
 * How dates, numbers and names are written on pages: the twins of server/adapters/formats.py, where each is explained.
 * @import { Context } from './runtime.js'
 */
import { words } from './filters.js';
import { translate } from './runtime.js';
import { escapeHtml, Markup, text } from './values.js';

const VIETNAM = 7 * 3600_000;
const DAY = 24 * 3600_000;
const DATE = /^([12]\d{3})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::[0-5]\d(?:\.\d+)?)?Z)?$/;
const UNITS = ['KB', 'MB', 'GB', 'TB'];

/** @param {any} value */
const plain = (value) => (value === null ? '' : text(value));

/** @param {number} value */
const two = (value) => String(value).padStart(2, '0');

/** The moment in Vietnam as if it were UTC, and whether it has a time. @param {any} value */
function parse(value) {
  const match = DATE.exec(plain(value));
  if (!match) return null;
  const [year, month, day, hour, minute] = match.slice(1).map((part) => Number(part ?? 0));
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const isReal =
    moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day && hour < 24 && minute < 60;
  if (!isReal) return null;
  const hasTime = match[4] !== undefined;
  return { at: hasTime ? new Date(moment.getTime() + VIETNAM) : moment, hasTime };
}

/** @param {Context} c @param {string} key @param {Date} at */
function written(c, key, at) {
  const month = at.getUTCMonth() + 1;
  return translate(c, key, {
    day: String(at.getUTCDate()),
    dd: two(at.getUTCDate()),
    mm: two(month),
    month: translate(c, `format.month_${month}`),
    yyyy: String(at.getUTCFullYear()),
  });
}

/** @param {Date} at */
const clock = (at) => `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;

/** @param {Context} c @param {any} value */
export function date(c, value) {
  const parsed = parse(value);
  return parsed ? written(c, 'format.date', parsed.at) : plain(value);
}

/** @param {Context} c @param {any} value */
export function dateLong(c, value) {
  const parsed = parse(value);
  return parsed ? written(c, 'format.date_long', parsed.at) : plain(value);
}

/** @param {any} value */
export function timeOf(value) {
  const parsed = parse(value);
  return parsed?.hasTime ? clock(parsed.at) : plain(value);
}

/** @param {Context} c @param {any} value */
export function datetime(c, value) {
  const parsed = parse(value);
  if (!parsed?.hasTime) return date(c, value);
  return translate(c, 'format.datetime', {
    date: written(c, 'format.date', parsed.at),
    time: clock(parsed.at),
  });
}

/** @param {Context} c @param {any} value @param {any} today @param {string[]} near yesterday, today, tomorrow */
function seenFrom(c, value, today, near) {
  const parsed = parse(value);
  const reference = parse(today);
  if (!parsed || !reference) return plain(value);
  const days = Math.floor(parsed.at.getTime() / DAY) - Math.floor(reference.at.getTime() / DAY);
  if (Math.abs(days) <= 1) return translate(c, near[days + 1]);
  return translate(c, days > 0 ? 'day.left' : 'day.overdue', { count: Math.abs(days) });
}

/** @param {Context} c @param {any} value @param {any} today */
export function relativeDay(c, value, today) {
  return seenFrom(c, value, today, ['day.yesterday', 'day.today', 'day.tomorrow']);
}

/** @param {Context} c @param {any} value @param {any} today */
export function dueIn(c, value, today) {
  return seenFrom(c, value, today, ['day.overdue_since_yesterday', 'day.due_today', 'day.due_tomorrow']);
}

/** @param {Context} c @param {any} value */
export function number(c, value) {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plain(value));
  if (!match) return plain(value);
  const { messages } = c.rendering;
  const whole = match[2].replace(/(?<=\d)(?=(?:\d{3})+$)/g, () => messages['format.group'] ?? '.');
  return match[1] + whole + (match[3] ? (messages['format.decimal'] ?? ',') + match[3] : '');
}

/** @param {Context} c @param {any} value */
export function filesize(c, value) {
  if (!/^\d{1,15}$/.test(plain(value))) return plain(value);
  const size = Number(value instanceof Markup ? value.html : value);
  if (size < 1024) return `${size} B`;
  let step = 0;
  while (step < UNITS.length - 1 && size >= 1024 ** (step + 2)) step += 1;
  const unit = 1024 ** (step + 1);
  const tenths = Math.floor((size * 10 + unit / 2) / unit);
  const whole = Math.floor(tenths / 10);
  const isWhole = step === 0 || tenths % 10 === 0;
  return `${number(c, isWhole ? whole : `${whole}.${tenths % 10}`)} ${UNITS[step]}`;
}

/** @param {any} value */
export function initials(value) {
  const found = words(plain(value).normalize('NFC')).slice(-2);
  return found.map((word) => Array.from(word)[0].toUpperCase()).join('');
}

/** @param {any} value */
export function lines(value) {
  const html = value instanceof Markup ? value.html : escapeHtml(plain(value));
  return new Markup(html.replace(/\r\n|\r|\n/g, '<br>\n'));
}
