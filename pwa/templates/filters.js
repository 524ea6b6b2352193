/** Jinja2's own filters with Python's answers; only those that templates use end up in the bundle. */
import { add, compare, equal } from './operators.js';
import {
  alike,
  attribute as attributeOf,
  characters,
  escapeHtml,
  isMapping,
  isString,
  item as itemOf,
  iterate,
  Markup,
  text,
  truthy,
} from './values.js';

/** White space as Python sees it. */
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');
const INNER_SPACE = new RegExp(`${SPACE}+`);

/** Python's str.split(). @param {string} value */
export const words = (value) => value.split(INNER_SPACE).filter(Boolean);

/** What map and select walk: Jinja2 takes anything false for an empty list. @param {any} value */
export const walk = (value) => (truthy(value) ? iterate(value) : []);

/** Follow `a.b.0`. @param {any} value @param {any} path @param {any} [otherwise] @returns {any} */
export function path(value, path, otherwise = null) {
  const parts = typeof path === 'number' ? [path] : text(path).split('.');
  return parts.reduce((found, part) => {
    const next = /^\d+$/.test(String(part)) ? itemOf(found, Number(part)) : attributeOf(found, String(part));
    return next === undefined && otherwise !== null ? otherwise : next;
  }, value);
}

/** What sorting looks at. @param {any} attribute @param {boolean} isCaseSensitive @param {any} [otherwise] */
function keyOf(attribute, isCaseSensitive, otherwise) {
  /** @param {any} value */
  return (value) => {
    const key = attribute === undefined || attribute === null ? value : path(value, attribute, otherwise);
    return !isCaseSensitive && isString(key) ? text(key).toLowerCase() : key;
  };
}

/** @param {any} value */
export function abs(value) {
  if (typeof value !== 'number' && typeof value !== 'boolean') throw new TypeError('abs needs a number');
  return Math.abs(Number(value));
}

/** @param {any} value @param {number} count @param {any} [filling] */
export function batch(value, count, filling = null) {
  const rows = [];
  const items = iterate(value);
  for (let start = 0; start < items.length; start += count) rows.push(items.slice(start, start + count));
  const last = rows.at(-1);
  while (filling !== null && last && last.length < count) last.push(filling);
  return rows;
}

/** @param {any} value @param {any} [otherwise] @param {any} [isForFalse] */
export function orDefault(value, otherwise = '', isForFalse = false) {
  return value === undefined || (truthy(isForFalse) && !truthy(value)) ? otherwise : value;
}

/** @param {any} value @param {any} [isCaseSensitive] @param {string} [by] @param {any} [isReversed] */
export function dictsort(value, isCaseSensitive = false, by = 'key', isReversed = false) {
  if (!isMapping(value)) throw new TypeError('dictsort needs a mapping');
  return sort(Object.entries(value), isReversed, isCaseSensitive, by === 'value' ? 1 : 0);
}

/** @param {any} value */
export const escaped = (value) => (value instanceof Markup ? value : new Markup(escapeHtml(text(value))));

/** @param {any} value */
export const safe = (value) => (value instanceof Markup ? value : new Markup(text(value)));

/** @param {any} value */
export const first = (value) => iterate(value)[0];

/** @param {any} value */
export const last = (value) => iterate(value).at(-1);

/** @param {any} value @param {any} attribute @param {any} [otherwise] @param {any} [isCaseSensitive] */
export function groupby(value, attribute, otherwise = null, isCaseSensitive = false) {
  const key = keyOf(attribute, isCaseSensitive, otherwise);
  /** @type {any[]} */
  const groups = [];
  let previous;
  for (const member of sorted(iterate(value), key, false)) {
    const current = key(member);
    if (!groups.length || !equal(current, previous)) {
      const name = path(member, attribute, otherwise);
      const list = /** @type {any[]} */ ([]);
      groups.push(Object.assign([name, list], { group: { grouper: name, list } }));
    }
    previous = current;
    groups.at(-1)[1].push(member);
  }
  return groups;
}

/** @param {any} value @param {any} [otherwise] */
export function int(value, otherwise = 0) {
  if (value === undefined) throw new TypeError('undefined is no number');
  const source = isString(value)
    ? text(value)
        .replace(OUTER_SPACE, '')
        .replace(/(?<=\d)_(?=\d)/g, '')
    : value;
  const isNumeric = typeof source !== 'string' || /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(source);
  const number = source === null || typeof source === 'object' || !isNumeric ? NaN : Number(source);
  return Number.isFinite(number) ? Math.trunc(number) + 0 : otherwise;
}

/** @param {any} value */
export function items(value) {
  if (value !== undefined && !isMapping(value)) throw new TypeError('items needs a mapping');
  return Object.entries(value ?? {});
}

/** @param {any} value @param {any} [separator] @param {any} [attribute] */
export function join(value, separator = '', attribute = null) {
  const found = iterate(value);
  const parts = attribute === null ? found : found.map((member) => path(member, attribute));
  if (![separator, ...parts].some((part) => part instanceof Markup))
    return parts.map(text).join(text(separator));
  return new Markup(parts.map((part) => text(escaped(part))).join(text(escaped(separator))));
}

/** @param {any} value */
export function length(value) {
  if (isString(value)) return characters(text(value)).length;
  return isMapping(value) ? Object.keys(value).length : iterate(value).length;
}

/** @param {any} value */
export const list = (value) => [...iterate(value)];

/** @param {any} value */
export const lower = (value) => alike(value, text(value).toLowerCase());

/** @param {any} value */
export const upper = (value) => alike(value, text(value).toUpperCase());

/** @param {any} value */
export const trim = (value) => alike(value, text(value).replace(OUTER_SPACE, ''));

/** @param {any} value */
export const string = (value) => (value instanceof Markup ? value : text(value));

/** @param {any} value @param {number} sign @param {any} isCaseSensitive @param {any} attribute */
function extreme(value, sign, isCaseSensitive, attribute) {
  const key = keyOf(attribute, isCaseSensitive);
  const found = iterate(value);
  return found
    .slice(1)
    .reduce((best, member) => (compare(key(member), key(best)) * sign > 0 ? member : best), found[0]);
}

/** @param {any} value @param {any} [isCaseSensitive] @param {any} [attribute] */
export const max = (value, isCaseSensitive, attribute) => extreme(value, 1, isCaseSensitive, attribute);

/** @param {any} value @param {any} [isCaseSensitive] @param {any} [attribute] */
export const min = (value, isCaseSensitive, attribute) => extreme(value, -1, isCaseSensitive, attribute);

/** @param {any} value @param {any} old @param {any} replacement */
export function replace(value, old, replacement) {
  if (!truthy(old)) throw new TypeError('nothing to replace');
  const isMarkup = [value, old, replacement].some((part) => part instanceof Markup);
  const form = isMarkup ? (/** @type {any} */ part) => text(escaped(part)) : text;
  const result = form(value).split(text(old)).join(form(replacement));
  return isMarkup ? new Markup(result) : result;
}

/** @param {any[]} found @param {(value: any) => any} key @param {any} isReversed */
function sorted(found, key, isReversed) {
  const sign = truthy(isReversed) ? -1 : 1;
  const keyed = found.map((value) => ({ value, key: key(value) }));
  return keyed.sort((a, b) => sign * compare(a.key, b.key)).map(({ value }) => value);
}

/** @param {any} value @param {any} [isReversed] @param {any} [isCaseSensitive] @param {any} [attribute] */
export function sort(value, isReversed = false, isCaseSensitive = false, attribute = null) {
  const keys = (typeof attribute === 'string' ? attribute.split(',') : [attribute]).map((part) =>
    keyOf(part, truthy(isCaseSensitive)),
  );
  return sorted(iterate(value), (member) => keys.map((key) => key(member)), isReversed);
}

/** @param {any} value @param {any} [attribute] @param {any} [start] */
export function sum(value, attribute = null, start = 0) {
  const found = iterate(value);
  const parts = attribute === null ? found : found.map((member) => path(member, attribute));
  return parts.reduce(add, start);
}

/** The project's own meaning, see server/adapters/formats.py. @param {any} value */
export function striptags(value) {
  const bare = text(value).replace(/<!--[\s\S]*?-->|<[^>]*>/g, '');
  return words(bare)
    .join(' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&#34;|&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}

/** @param {any} value @returns {string} */
function json(value) {
  if (value === undefined) throw new TypeError('undefined has no JSON');
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`;
  if (isMapping(value)) {
    const keys = Object.keys(value).sort(compare);
    return `{${keys.map((key) => `${json(key)}: ${json(value[key])}`).join(', ')}}`;
  }
  if (typeof value === 'number') return text(value);
  return JSON.stringify(value instanceof Markup ? value.html : value).replace(
    /[\x7f-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** @param {any} value */
export function tojson(value) {
  const safeSign = (/** @type {string} */ sign) => `\\u00${sign.charCodeAt(0).toString(16)}`;
  return new Markup(json(value).replace(/[<>&']/g, safeSign));
}

/** @param {any} value @param {number} [limit] @param {any} [isCutting] @param {any} [end] @param {any} [leeway] */
export function truncate(value, limit = 255, isCutting = false, end = '...', leeway = null) {
  if (value === undefined) return value;
  if (!isString(value)) throw new TypeError('truncate needs text');
  const signs = characters(text(value));
  if (limit < length(end)) throw new RangeError('truncate: too short for its end');
  if (signs.length <= limit + (leeway ?? 5)) return value;
  const cut = signs.slice(0, limit - length(end)).join('');
  const space = truthy(isCutting) ? -1 : cut.lastIndexOf(' ');
  return add(alike(value, space < 0 ? cut : cut.slice(0, space)), end);
}

/** @param {any} value @param {any} [isCaseSensitive] @param {any} [attribute] */
export function unique(value, isCaseSensitive = false, attribute = null) {
  const key = keyOf(attribute, truthy(isCaseSensitive));
  const seen = new Set();
  return iterate(value).filter((member) => {
    const known = seen.size;
    const current = key(member);
    return seen.add(current instanceof Markup ? current.html : current).size > known;
  });
}

/** @param {any} value @param {boolean} isInQuery */
function quote(value, isInQuery) {
  const quoted = encodeURIComponent(text(value)).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return isInQuery ? quoted.replace(/%20/g, '+') : quoted.replace(/%2F/g, '/');
}

/** @param {any} value */
export function urlencode(value) {
  if (!isMapping(value)) return quote(value, false);
  return Object.entries(value)
    .map(([key, part]) => `${quote(key, true)}=${quote(part, true)}`)
    .join('&');
}
