/** Renders the compiled templates: the same files as on the server, with the same messages. */
import vi from '../build/messages.vi.json' with { type: 'json' };
import { render as renderTemplate } from '../build/templates.js';
import keys from './worker_messages.json' with { type: 'json' };

/** @typedef {Record<string, string>} Messages */

/** Vietnamese is at hand; another language is read from the files of the app when it is asked for. */
/** @type {Map<string, Messages>} */
const loaded = new Map([['vi', vi]]);

/**
 * @param {string} locale
 * @returns {Promise<Messages>}
 */
async function messagesOf(locale) {
  const known = loaded.get(locale);
  if (known) return known;
  const path = BUILD_ASSETS[`messages.${locale}.json`];
  if (!path) return vi;
  const messages = await ((await caches.match(path)) ?? (await fetch(path))).json();
  loaded.set(locale, messages);
  return messages;
}

/**
 * @param {string} template @param {Record<string, any>} context  with `locale`
 * @returns {Promise<string>} HTML
 */
export async function render(template, context) {
  return renderTemplate(template, context, { messages: await messagesOf(context.locale) });
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
