/**
 * File bodies on the device: Cache Storage by content hash. What waits for the person is fetched ahead, most urgent
 * first, within a share of the storage; what is done goes first when room is needed. A body that does not have its
 * hash is never kept.
 */
import { hexDigest } from './bytes.js';

/** @typedef {import('./replica.js').Replica} Replica */

export const FILE_CACHE = 'congvan-files';
const SHARE = 0.5;
const CARDS_AHEAD = 60;
/** The server says how a body may be shown; that holds here as well. */
const KEPT_HEADERS = ['Content-Type', 'Content-Disposition', 'Content-Security-Policy'];
const LARGEST = 30 * 1024 * 1024;

/** The key under which a body is kept, whatever document it was reached through. @param {string} sha256 */
const cacheKey = (sha256) => `/files/sha256/${sha256}`;

/**
 * @param {string} sha256
 * @returns {Promise<Response|undefined>}
 */
export async function keptFile(sha256) {
  return (await caches.open(FILE_CACHE)).match(cacheKey(sha256));
}

/**
 * Fetch a body, keep it when it has its hash and there is room, and answer it.
 * @param {Request|string} source @param {string} sha256
 * @returns {Promise<Response>}  the server's own answer when it is an error
 */
export async function fetchFile(source, sha256) {
  const response = await fetch(source);
  if (!response.ok || response.redirected) return response;
  const body = await response.arrayBuffer();
  const headers = new Headers({ 'X-Content-Type-Options': 'nosniff' });
  for (const name of KEPT_HEADERS) {
    const value = response.headers.get(name);
    if (value) headers.set(name, value);
  }
  const answer = new Response(body, { headers });
  if ((await hexDigest(body)) === sha256) await keep(sha256, answer.clone());
  return answer;
}

/** @param {string} sha256 @param {Response} response */
async function keep(sha256, response) {
  try {
    await (await caches.open(FILE_CACHE)).put(cacheKey(sha256), response);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // no room: it is read without being kept
  }
}

/**
 * Fetch ahead the files of what waits for the person, and let go of those that no card on the device names.
 * @param {Replica} replica
 */
export async function keepFiles(replica) {
  const cache = await caches.open(FILE_CACHE);
  const has = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  const wanted = await filesOf(replica, 'todo', CARDS_AHEAD);
  const watched = await filesOf(replica, 'watching', CARDS_AHEAD);
  const done = await filesOf(replica, 'done', CARDS_AHEAD);
  const named = new Set([...wanted, ...watched, ...done].map((file) => cacheKey(file.sha256)));
  for (const key of has) if (!named.has(key)) await cache.delete(key);
  for (const file of wanted) {
    if (has.has(cacheKey(file.sha256)) || file.size > LARGEST) continue;
    if (!(await hasRoom(file.size))) {
      for (const old of done) await cache.delete(cacheKey(old.sha256));
      if (!(await hasRoom(file.size))) return;
    }
    const response = await fetchFile(file.url, file.sha256);
    if (response.status === 401 || response.redirected) return;
  }
}

/**
 * Files of the first cards of a folder, in the order of the list.
 * @param {Replica} replica @param {string} folder @param {number} limit
 */
async function filesOf(replica, folder, limit) {
  const { rows } = await replica.list(folder, null, limit);
  const cards = await Promise.all(rows.map((row) => replica.get(row._id)));
  return cards.filter(Boolean).flatMap((card) => {
    const [kind, id] = card._id.split(':');
    const files = [...(card.files ?? []), ...(card.current_version ? [card.current_version] : [])];
    return files.map((file) => ({
      sha256: file.sha256,
      size: file.size,
      url: `/files/${kind}/${id}/${file.sha256}`,
    }));
  });
}

/** @param {number} size bytes */
async function hasRoom(size) {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return quota === 0 || usage + size < quota * SHARE;
}

/** Let go of every body. */
export const dropFiles = () => caches.delete(FILE_CACHE);
