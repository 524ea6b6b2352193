/** Python's operators: and, or, ==, <, in, +, -, *, //, %, ~ and range. */
import { escapeHtml, isMapping, isString, iterate, Markup, SURROGATE, text, truthy } from './values.js';

/** @param {any} left @param {() => any} right */
export function and(left, right) {
  return truthy(left) ? right() : left;
}

/** @param {any} left @param {() => any} right */
export function or(left, right) {
  return truthy(left) ? left : right();
}

/** @param {any} left @param {any} right @returns {boolean} */
export function equal(left, right) {
  const a = plain(left);
  const b = plain(right);
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => equal(value, b[index]));
  }
  if (!isMapping(a) || !isMapping(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
  );
}

/** True equals 1 and Markup equals its text. @param {any} value */
function plain(value) {
  if (value instanceof Markup) return value.html;
  return typeof value === 'boolean' ? Number(value) : value;
}

/** Below, at or above zero, as Python orders. @param {any} left @param {any} right @returns {number} */
export function compare(left, right) {
  const a = plain(left);
  const b = plain(right);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (!Array.isArray(a) || !Array.isArray(b)) throw new TypeError('these have no order');
  const index = a.findIndex((value, position) => position >= b.length || !equal(value, b[position]));
  if (index < 0) return a.length - b.length;
  return index < b.length ? compare(a[index], b[index]) : 1;
}

/** By code points: UTF-16 would put an emoji before a few rare letters. @param {string} a @param {string} b */
function compareText(a, b) {
  if (a === b) return 0;
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : 1;
  const [first, second] = [Array.from(a), Array.from(b)];
  const index = first.findIndex((sign, position) => sign !== second[position]);
  if (index < 0 || index >= second.length) return first.length - second.length;
  return (
    /** @type {number} */ (first[index].codePointAt(0)) - /** @type {number} */ (second[index].codePointAt(0))
  );
}

/** @param {any} container @param {any} value @returns {boolean} */
export function contains(container, value) {
  if (isString(container)) {
    if (!isString(value)) throw new TypeError('only text can be in a text');
    return text(container).includes(text(value));
  }
  if (isMapping(container)) return isString(value) && Object.hasOwn(container, text(value));
  return iterate(container).some((member) => equal(member, value));
}

/** @param {any} value @returns {number} */
function number(value) {
  if (typeof value !== 'number' && typeof value !== 'boolean') throw new TypeError('a number is needed');
  return Number(value);
}

/** @param {any} left @param {any} right @returns {any} */
export function add(left, right) {
  if (isString(left) && isString(right)) {
    return left instanceof Markup || right instanceof Markup ? concat(left, right) : left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) return left.concat(right);
  return number(left) + number(right);
}

/** @param {any} left @param {any} right */
export const subtract = (left, right) => number(left) - number(right);

/** @param {any} left @param {any} right */
export const multiply = (left, right) => number(left) * number(right);

/** @param {any} left @param {any} right */
export function divideFloor(left, right) {
  if (number(right) === 0) throw new RangeError('division by zero');
  return Math.floor(number(left) / number(right));
}

/** @param {any} left @param {any} right */
export function modulo(left, right) {
  return number(left) - number(right) * divideFloor(left, right);
}

/** The operator `~`. @param {any[]} parts */
export function concat(...parts) {
  if (!parts.some((part) => part instanceof Markup)) return parts.map(text).join('');
  return new Markup(
    parts.map((part) => (part instanceof Markup ? part.html : escapeHtml(text(part)))).join(''),
  );
}

/** @param {number} start @param {number} [stop] */
export function range(start, stop) {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  return Array.from({ length: Math.max(0, number(to) - number(from)) }, (_, index) => number(from) + index);
}
