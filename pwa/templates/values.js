/**
 * Python's values as JSON brings them to JavaScript: text, truth, looking inside, methods.
 * Templates were written for Jinja2, so `undefined` is its Undefined, `null` is None, plain objects are dicts.
 */

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };
/** Half of a sign outside of UTF-16's first plane. */
export const SURROGATE = /[\ud800-\udfff]/;

/** HTML that needs no escaping any more. */
export class Markup {
  /** @param {string} html */
  constructor(html) {
    this.html = html;
  }
}

/** An object of the renderer itself whose values templates may read by name. */
export class Readable {
  /** @param {string} name @returns {any} */
  read(name) {
    return /** @type {any} */ (this)[name];
  }
}

/** @param {string} text */
export function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[/** @type {keyof typeof ESCAPES} */ (sign)]);
}

/** @param {any} value @returns {value is string | Markup} */
export function isString(value) {
  return typeof value === 'string' || value instanceof Markup;
}

/** @param {any} value */
export function isMapping(value) {
  if (value === null || typeof value !== 'object') return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** @param {number} value */
function numberText(value) {
  const size = Math.abs(value);
  if (Number.isInteger(value)) return size < 1e21 ? String(value) : BigInt(value).toString();
  if (size >= 1e-4) return String(value);
  const [digits, exponent] = value.toExponential().split('e-');
  return `${digits}e-${exponent.padStart(2, '0')}`;
}

/** Python's str(). @param {any} value @returns {string} */
export function text(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Markup) return value.html;
  if (value === undefined) return '';
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return numberText(value);
  throw new TypeError('a list or a mapping is not text');
}

/** What `{{ value }}` prints: escaped, and nothing for None. @param {any} value */
export function output(value) {
  if (value instanceof Markup) return value.html;
  return value === null ? '' : escapeHtml(text(value));
}

/** Give a text the safety of the value that it was made from. @param {any} source @param {string} result */
export function alike(source, result) {
  return source instanceof Markup ? new Markup(result) : result;
}

/** @param {any} value @returns {boolean} */
export function truthy(value) {
  if (value instanceof Markup) return value.html !== '';
  if (Array.isArray(value)) return value.length > 0;
  return isMapping(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** The characters as Python counts them. @param {string} value @returns {string[]} */
export function characters(value) {
  return SURROGATE.test(value) ? Array.from(value) : value.split('');
}

/** @param {any} value @returns {any[]} */
export function iterate(value) {
  if (Array.isArray(value)) return value;
  if (value === undefined) return [];
  if (isString(value)) return characters(text(value));
  if (isMapping(value)) return Object.keys(value);
  throw new TypeError('this cannot be walked');
}

/** @param {any} value @param {number} count */
export function unpack(value, count) {
  const parts = iterate(value);
  if (value === undefined || parts.length !== count) throw new TypeError(`expected ${count} values`);
  return parts;
}

/** @param {any} base @param {string} name @returns {any} */
export function attribute(base, name) {
  if (base === undefined) throw new TypeError(`undefined has no ${name}`);
  if (base instanceof Readable) return base.read(name);
  if (Array.isArray(base)) return 'group' in base ? /** @type {any} */ (base).group[name] : undefined;
  return isMapping(base) && Object.hasOwn(base, name) ? base[name] : undefined;
}

/** @param {any} base @param {any} key @returns {any} */
export function item(base, key) {
  if (typeof key !== 'number') return attribute(base, isString(key) ? text(key) : '');
  if (base === undefined) throw new TypeError('undefined has no items');
  const items = isString(base) ? characters(text(base)) : base;
  if (!Array.isArray(items)) return undefined;
  const found = items.at(key);
  return isString(base) && found !== undefined ? alike(base, found) : found;
}

/** @param {any} base @param {number | null} start @param {number | null} stop */
export function slice(base, start, stop) {
  if (isString(base))
    return alike(
      base,
      characters(text(base))
        .slice(start ?? 0, stop ?? undefined)
        .join(''),
    );
  if (!Array.isArray(base)) throw new TypeError('only text and lists have slices');
  return base.slice(start ?? 0, stop ?? undefined);
}

/** @param {any} mapping @returns {Record<string, any>} */
function checkedMapping(mapping) {
  if (!isMapping(mapping)) throw new TypeError('a mapping is needed');
  return mapping;
}

/** @param {any} mapping @param {any} key @param {any} [otherwise] */
export function get(mapping, key, otherwise = null) {
  const found = checkedMapping(mapping);
  return isString(key) && Object.hasOwn(found, text(key)) ? found[text(key)] : otherwise;
}

/** @param {any} mapping */
export const keys = (mapping) => Object.keys(checkedMapping(mapping));

/** @param {any} mapping */
export const entries = (mapping) => Object.values(checkedMapping(mapping));

/** @param {any} mapping */
export const pairs = (mapping) => Object.entries(checkedMapping(mapping));

/** @param {any} value */
function checkedText(value) {
  if (!isString(value)) throw new TypeError('text is needed');
  return text(value);
}

/** @param {any} value @param {any} start */
export const startsWith = (value, start) => checkedText(value).startsWith(checkedText(start));

/** @param {any} value @param {any} end */
export const endsWith = (value, end) => checkedText(value).endsWith(checkedText(end));
