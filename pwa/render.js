/**
 * Renders the compiled templates: the same files as on the server, with the same messages. The messages are files of
 * the app, kept from the start; reading them begins with the worker, beside the reading of the replica. What the first
 * page does not need is a script of its own, which the browser keeps with the worker (docs/adr/0015-two-worker-scripts.md).
 */
import { parts, render as renderTemplate, templates } from '../build/templates.js';
import { later } from './views.js';
import keys from './worker_messages.json' with { type: 'json' };

/** @typedef {Record<string, string>} Messages */

const FIRST = 'vi';

later.read = readLater;

/** @type {Map<string, Promise<Messages>>} */
const loaded = new Map();
messagesOf(FIRST).catch(() => {});

/**
 * @param {string} locale
 * @returns {Promise<Messages>}
 */
function messagesOf(locale) {
  const path = BUILD_ASSETS[`messages.${locale}.json`];
  if (!path && locale !== FIRST) return messagesOf(FIRST);
  const known = loaded.get(locale);
  if (known) return known;
  const found = caches.match(path).then(async (kept) => (kept ?? (await fetch(path))).json());
  loaded.set(locale, found);
  found.catch(() => loaded.delete(locale)); // tried again when it is asked for again
  return found;
}

/** Read the script of the templates and views that are not in the worker itself; once read, and from the install on, no network. */
export function readLater() {
  const scope = /** @type {any} */ (globalThis);
  scope.importScripts(BUILD_ASSETS['later.js']);
  Object.assign(templates, scope.laterParts.default(parts));
  Object.assign(later.views, scope.laterParts.views);
}

/**
 * @param {string} template @param {Record<string, any>} context  with `locale`
 * @returns {Promise<string>} HTML
 */
export async function render(template, context) {
  if (!Object.hasOwn(templates, template)) readLater();
  return renderTemplate(template, context, { messages: await messagesOf(context.locale) });
}

/**
 * What a whole page begins with, before its content: styles and script to fetch, and the bars and ways around it.
 * @param {string} template @param {Record<string, any>} frame  what every page shows, with `locale`
 */
export async function renderTop(template, frame) {
  const html = await render(template, { ...frame, is_top: true });
  return html.slice(0, html.indexOf('<main'));
}

/**
 * The words that scripts of the pages say themselves (worker_messages.json), by key.
 * @param {string} locale
 * @returns {Promise<Messages>}
 */
export async function words(locale) {
  const messages = await messagesOf(locale);
  return Object.fromEntries(keys.map((key) => [key, messages[key] ?? key]));
}
