/**
 * The styles of the app, written into the pages that the worker answers: behind a link they would be asked for only
 * when the browser has begun with the page, and hold up its first paint.
 */
import { base64, digestOf } from './bytes.js';

/** @typedef {{into: (html: string) => string, source: string}} Styles  source: how a policy names them */

/** @type {Promise<Styles|undefined>|undefined} */
let known;

/** The styles that are on this device. @param {string} path  that pages link to */
export async function keptStyles(path) {
  known ??= read(path).catch(() => undefined);
  const styles = await known;
  if (!styles) known = undefined; // they may come yet
  return styles;
}

/** @param {string} path @returns {Promise<Styles|undefined>} */
async function read(path) {
  const text = await (await caches.match(path))?.text();
  if (!text) return undefined;
  const digest = await digestOf(new TextEncoder().encode(text));
  return {
    into: (html) => html.replace(`<link rel="stylesheet" href="${path}">`, () => `<style>${text}</style>`),
    source: `'sha256-${base64(digest)}'`,
  };
}
