/** Requests to the server's sync endpoints, and what can go wrong with them. */

/** Nobody answered, or somebody who is not Congvan did: try again later. */
export class Unreachable extends Error {}
/** The session is over: reading and queueing go on until the person signs in again. */
export class SessionExpired extends Error {}
/** Somebody else is signed in: nothing may be sent or read for the first person. */
export class AnotherPerson extends Error {}
/** This device may no longer hold anything. */
export class DeviceRevoked extends Error {}

/** The server answered with an error of this one request. */
export class RequestFailed extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(`${status} ${message}`);
    this.status = status;
  }
}

/**
 * Fetch from the server in the name of a person and a device.
 * @param {string} url
 * @param {{personId: string|null, deviceId: string}} identity
 * @param {RequestInit & {accepted?: number[], timeout?: number}} [options]
 *   accepted: statuses other than 2xx that the caller handles itself; timeout in ms
 * @returns {Promise<Response>}
 * @throws {Unreachable|SessionExpired|AnotherPerson|DeviceRevoked|RequestFailed}
 */
export async function request(url, identity, { accepted = [], timeout = 30_000, signal, ...init } = {}) {
  const headers = new Headers(init.headers);
  headers.set('X-Congvan-Device', identity.deviceId);
  if (identity.personId) headers.set('X-Congvan-Person', identity.personId);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  if (signal?.aborted) stop.abort();
  signal?.addEventListener('abort', () => stop.abort(), { once: true });
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, {
      ...init,
      headers,
      signal: stop.signal,
      redirect: 'manual',
      cache: 'no-store',
    });
  } catch (error) {
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer); // for the answer to begin; a long body may take its time
  }
  const { status } = response;
  // Some network's own page, with whatever status: it says nothing of the session, the device or the replica.
  const isPage = response.headers.get('Content-Type')?.startsWith('text/html') && status !== 413;
  if (isPage || response.type === 'opaqueredirect') throw new Unreachable('answered by a page');
  if (status === 401) throw new SessionExpired();
  if (status === 410) throw new DeviceRevoked();
  if (status === 421) throw new AnotherPerson();
  const isBusy = status >= 500 || status === 429 || status === 408;
  if (isBusy && !accepted.includes(status)) throw new Unreachable(String(status));
  if (!response.ok && !accepted.includes(status)) throw new RequestFailed(status, url);
  return response;
}
