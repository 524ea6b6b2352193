/** Jinja2's tests (`is defined`, `is even`, …) with Python's answers. */
import { compare, contains, equal, modulo } from './operators.js';
import { isMapping, isString } from './values.js';

export { equal as eq, isMapping, isString };

/** @param {any} a @param {any} b */
export const ne = (a, b) => !equal(a, b);
/** @param {any} a @param {any} b */
export const lt = (a, b) => compare(a, b) < 0;
/** @param {any} a @param {any} b */
export const le = (a, b) => compare(a, b) <= 0;
/** @param {any} a @param {any} b */
export const gt = (a, b) => compare(a, b) > 0;
/** @param {any} a @param {any} b */
export const ge = (a, b) => compare(a, b) >= 0;
/** @param {any} value @param {any} container */
export const isIn = (value, container) => contains(container, value);
/** @param {any} value */
export const isDefined = (value) => value !== undefined;
/** @param {any} value */
export const isUndefined = (value) => value === undefined;
/** @param {any} value */
export const isNone = (value) => value === null;
/** @param {any} value */
export const isTrue = (value) => value === true;
/** @param {any} value */
export const isFalse = (value) => value === false;
/** @param {any} value */
export const isBoolean = (value) => typeof value === 'boolean';
/** @param {any} value */
export const isNumber = (value) => typeof value === 'number' || typeof value === 'boolean';
/** Jinja2's Undefined has a length and items, so it counts. @param {any} value */
export const isSequence = (value) =>
  value === undefined || Array.isArray(value) || isString(value) || isMapping(value);
/** @param {any} value */
export const isOdd = (value) => modulo(value, 2) === 1;
/** @param {any} value */
export const isEven = (value) => modulo(value, 2) === 0;
/** @param {any} value @param {any} divisor */
export const isDivisibleBy = (value, divisor) => modulo(value, divisor) === 0;
