/**
 * What compiled templates run on: the context, blocks and their parents, includes, macros, loops, translation.
 */
import { equal } from './operators.js';
import { escapeHtml, Markup, output, Readable, text } from './values.js';

/**
 * @typedef {{ parent?: (c: Context) => any, body: (c: Context) => string,
 *   blocks: Record<string, (c: Context, depth: number) => string> }} Template
 * @typedef {{ templates: Record<string, Template>, messages: Record<string, string>,
 *   modules: Map<string, Module> }} Rendering
 */

/** Marks an argument that was not given: giving an undefined value does not call for the default. */
export const missing = Symbol('missing');

/** The variables and blocks of one template while it is rendered. */
export class Context {
  /** @param {Rendering} rendering @param {Record<string, any>} vars */
  constructor(rendering, vars) {
    this.rendering = rendering;
    this.vars = vars;
    /** @type {Record<string, any>} */
    this.exported = Object.create(null);
    /** @type {Map<string, ((c: Context, depth: number) => string)[]>} */
    this.blocks = new Map();
  }

  /** A `set` at the top of a template. @param {string} name @param {any} value */
  set(name, value) {
    this.vars[name] = value;
    if (!name.startsWith('_')) this.exported[name] = value;
  }
}

/** A template imported for its macros. */
export class Module extends Readable {
  /** @param {Record<string, any>} exported */
  constructor(exported) {
    super();
    this.exported = exported;
  }

  /** @override @param {string} name */
  read(name) {
    return this.exported[name];
  }
}

/** Jinja2's `loop`. */
export class Loop extends Readable {
  /** @param {any[]} items */
  constructor(items) {
    super();
    this.items = items;
    this.length = items.length;
    this.index0 = 0;
    /** @type {any} */
    this.seen = missing;
  }
  get index() {
    return this.index0 + 1;
  }
  get revindex() {
    return this.length - this.index0;
  }
  get revindex0() {
    return this.length - this.index0 - 1;
  }
  get first() {
    return this.index0 === 0;
  }
  get last() {
    return this.index0 === this.length - 1;
  }
  get previtem() {
    return this.items[this.index0 - 1];
  }
  get nextitem() {
    return this.items[this.index0 + 1];
  }
  /** @param {any[]} values */
  cycle(...values) {
    if (!values.length) throw new TypeError('nothing to cycle through');
    return values[this.index0 % values.length];
  }
  /** @param {any[]} values */
  changed(...values) {
    if (this.seen !== missing && equal(this.seen, values)) return false;
    this.seen = values;
    return true;
  }
}

/** @param {Context} c @param {Record<string, any>} [locals] */
export function derive(c, locals) {
  return new Context(c.rendering, Object.assign(Object.create(c.vars), locals));
}

/** @param {Context} c @param {any} name @returns {Template} */
function find(c, name) {
  const { templates } = c.rendering;
  if (!Object.hasOwn(templates, text(name))) throw new Error(`no template ${text(name)}`);
  return templates[text(name)];
}

/** Run a template and then those that it extends. @param {Template} first @param {Context} c */
function run(first, c) {
  for (let template = first; ; ) {
    for (const [name, block] of Object.entries(template.blocks)) {
      const chain = c.blocks.get(name);
      if (chain) chain.push(block);
      else c.blocks.set(name, [block]);
    }
    const written = template.body(c);
    if (!template.parent) return written;
    template = find(c, template.parent(c));
  }
}

/** @param {Context} c @param {string} name @param {number} [depth] */
export function block(c, name, depth = 0) {
  const found = c.blocks.get(name)?.[depth];
  if (!found) throw new Error(`no parent block ${name}`);
  return found(c, depth);
}

/** @param {Context} c @param {string} name @param {number} depth */
export function superBlock(c, name, depth) {
  return new Markup(block(c, name, depth + 1));
}

/** @param {Context} c @param {any} name */
export function include(c, name) {
  return run(find(c, name), c);
}

/** @param {Context} c @param {any} name */
export function moduleOf(c, name) {
  run(find(c, name), c);
  return new Module(c.exported);
}

/** A module without context is the same everywhere in one rendering. @param {Context} c @param {any} name */
export function sharedModule(c, name) {
  const { modules } = c.rendering;
  const known = modules.get(text(name));
  if (known) return known;
  const module = moduleOf(new Context(c.rendering, Object.create(null)), name);
  modules.set(text(name), module);
  return module;
}

/** Import macros under their own names. @param {Context} c @param {Module} module @param {string} names */
export function take(c, module, names) {
  for (const name of names.split(' ')) c.set(name, module.read(name));
}

/**
 * @param {string} name @param {string} names  of its parameters, parted by spaces
 * @param {number} required  how many of them have no default
 * @param {(...values: any[]) => Markup} body @param {boolean} [takesCaller]
 */
export function macro(name, names, required, body, takesCaller = false) {
  const parameters = names ? names.split(' ') : [];
  /** @param {any[]} positional @param {Record<string, any>} named @param {any} caller */
  return (positional, named, caller) => {
    if (positional.length > parameters.length || (caller && !takesCaller)) {
      throw new TypeError(`macro ${name} takes fewer arguments`);
    }
    const values = parameters.map((_, index) =>
      index < positional.length ? positional[index] : index < required ? undefined : missing,
    );
    for (const key of Object.keys(named)) {
      const index = parameters.indexOf(key);
      if (index < positional.length) throw new TypeError(`macro ${name} does not take ${key} here`);
      values[index] = named[key];
    }
    return body(...values, caller);
  };
}

/** @param {any} callee @param {any[]} positional @param {Record<string, any>} [named] @param {any} [caller] */
export function call(callee, positional, named = {}, caller = undefined) {
  if (typeof callee !== 'function') throw new TypeError('this is no macro');
  return callee(positional, named, caller);
}

/**
 * The text of a catalogue key; the key itself when there is none. Markup among the values makes the whole Markup.
 * @param {Context} c @param {any} key @param {Record<string, any>} [values]
 */
export function translate(c, key, values = {}) {
  const { messages } = c.rendering;
  const name = text(key);
  const message = Object.hasOwn(messages, name) ? messages[name] : name;
  const isMarkup = Object.values(values).some((value) => value instanceof Markup);
  const filled = (isMarkup ? escapeHtml(message) : message).replace(
    /%\(([a-z0-9_]+)\)s|%%/g,
    (whole, named) => {
      if (whole === '%%') return '%';
      if (!Object.hasOwn(values, named)) return whole;
      const value = values[named] ?? '';
      return isMarkup ? output(value) : text(value);
    },
  );
  return isMarkup ? new Markup(filled) : filled;
}

/**
 * Make the module's `render`.
 * @param {Record<string, Template>} templates
 */
export function renderer(templates) {
  /**
   * @param {string} name @param {Record<string, any>} context
   * @param {{ messages: Record<string, string> }} options
   */
  return (name, context, { messages }) => {
    const rendering = { templates, messages, modules: new Map() };
    const c = new Context(rendering, Object.assign(Object.create(null), context));
    return run(find(c, name), c);
  };
}
