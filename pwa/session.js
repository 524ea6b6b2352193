/**
 * Who is signed in on this device, and what the worker does for that person: opening the replica, syncing, waiting
 * for changes, telling the pages. One person at a time; another one never meets the first one's replica.
 */
import { deviceId, readDevice, writeDevice } from './device.js';
import { enrol, handOverKey } from './enrolment.js';
import { dropFiles, keepFiles } from './files.js';
import { overdueCount } from './lists.js';
import { noteOpening, tellOpenings } from './openings.js';
import { isOpenRefusal, settledActions, waitingActions } from './outbox.js';
import { Replica } from './replica.js';
import { AnotherPerson, DeviceRevoked, RequestFailed, SessionExpired, Unreachable } from './requests.js';
import { pull, push } from './sync.js';
import { tell } from './tell.js';
import { APP_VERSION } from './versions.js';
import { todayInVietnam } from './work_days.js';

/** @typedef {import('./types.js').Connection} Connection */
/** @typedef {import('./types.js').SettledRow} SettledRow */

/** @type {{personId: string, deviceId: string, replica: Replica}|null} */
let opened = null;
/** @type {Connection} */
let connection = 'online';
/** @type {Promise<boolean>|null} */
let running = null;
let isAskedAgain = false;
let isToldTooOld = false;
/** @type {Promise<unknown>} */
let pushed = Promise.resolve();
/** @type {Promise<boolean>|null} */
let waiting = null;
let stopWaiting = new AbortController();
/** @type {Promise<void>|null} */
let keeping = null;

/**
 * The person signed in, with the replica; null when there is nobody, or it is not known who (right after a sign-in).
 * @returns {Promise<typeof opened>}
 */
export const signedIn = async () => personOf(await readDevice());

/** @param {Record<string, any>} device @returns {Promise<typeof opened>} */
async function personOf({ person_id: personId, session }) {
  if (!personId || session === 'unknown' || session === 'revoked') return null;
  if (session === 'expired') connection = 'expired';
  if (opened?.personId !== personId) {
    opened = { personId, deviceId: await deviceId(personId), replica: new Replica(personId) };
  }
  return opened;
}

/**
 * The person signed in; right after a sign-in it is asked of the server who that is.
 * @returns {Promise<typeof opened>}
 */
export async function knownPerson() {
  const device = await readDevice();
  if (device.session !== 'unknown') return personOf(device);
  await identify(null).catch(async (error) => {
    // it ended before it was known whose it is: nothing is shown, but nor do pages go on saying that all is well
    if (error instanceof SessionExpired) await setConnection('expired');
  });
  return signedIn();
}

/**
 * The person whose act a form is. While it cannot be known who signed in, nothing passes by what the last person's
 * outbox holds, for it may be theirs.
 * @returns {Promise<typeof opened>}
 * @throws {Unreachable} then nothing may be sent yet
 */
export async function personActing() {
  const known = await knownPerson();
  if (known) return known;
  const device = await readDevice();
  const isUnsure = device.session === 'unknown' && device.person_id;
  if (isUnsure && (await waitingActions(device.person_id)).length > 0)
    throw new Unreachable('it is not known who is signed in');
  return personOf(device);
}

/** Tell whether the last request got through. */
export const isOnline = () => connection === 'online';

/** What the worker should be kept alive for after a sync: files being fetched ahead. */
export const filesKept = () => keeping;

/** Note that a request other than a sync got no answer. */
export const noteOffline = () => setConnection(connection === 'expired' ? 'expired' : 'offline');

/** Note that the session is over. */
export async function noteExpired() {
  await writeDevice({ session: 'expired' });
  await setConnection('expired');
}

/** Somebody has just signed in, or may have: show no replica until the server says who it is. */
export async function forgetWho() {
  stopWaiting.abort();
  await writeDevice({ session: 'unknown' });
}

/** The person signed out: nothing to read stays on the device; the outbox is kept for that person. */
export async function signOut() {
  stopWaiting.abort();
  const { person_id: personId } = await readDevice();
  await writeDevice({ person_id: null, session: 'ok', profile: null, synced_at: null });
  if (personId) await wipe(personId);
  await setConnection('signed_out');
}

/** @type {Promise<void>} */
let identified = Promise.resolve();

/**
 * Enrol the device with the server and so learn who is signed in; one at a time, or a device that is to have another id
 * would get two.
 * @param {string|null} hint  the person whom the page was made for
 * @returns {Promise<void>}
 */
export function identify(hint) {
  const turn = identified.then(() => enrolFor(hint));
  identified = turn.catch(() => {});
  return turn;
}

/** @param {string|null} hint */
async function enrolFor(hint) {
  const known = await readDevice();
  const personId = await enrol(hint || known.person_id || 'unknown');
  await writeDevice({ person_id: personId, session: 'ok' });
  if (opened?.personId === personId) opened.deviceId = await deviceId(personId);
  if (known.person_id !== personId) await writeDevice({ profile: null, synced_at: null });
  await setConnection('online');
}

/**
 * Push when no other push is under way, so that nothing is sent twice; what the other one left is sent then.
 * @param {NonNullable<typeof opened>} person
 */
function pushInTurn(person) {
  const turn = pushed.then(async () => {
    person.deviceId = await handOverKey(person.personId, person.deviceId);
    return push(person);
  });
  pushed = turn.catch(() => {});
  return turn;
}

/**
 * Push, then pull; asked for while it runs, it runs once more. Never throws.
 * @returns {Promise<boolean>} whether the server was reached
 */
export function synchronise() {
  if (running) isAskedAgain = true;
  running ??= (async () => {
    let isReached = false;
    do {
      isAskedAgain = false;
      isReached = await guarded(async (person) => {
        await announce(await pushInTurn(person));
        await receive(person, {});
        await tellOpenings(person);
      });
    } while (isAskedAgain && isReached);
    return isReached;
  })().finally(() => {
    running = null;
  });
  return running;
}

/**
 * Push what waits, then let the server hold a request until something changes; all pages share one such request.
 * @returns {Promise<boolean>} whether the server was reached
 */
export function waitForChanges() {
  waiting ??= (async () => {
    stopWaiting = new AbortController();
    const { signal } = stopWaiting;
    await running;
    return guarded(async (person) => {
      await announce(await pushInTurn(person));
      // after a time without a network a question that the server holds would leave it unknown that it is back
      await receive(person, { isWaiting: connection === 'online', signal });
    }, signal);
  })().finally(() => {
    waiting = null;
  });
  return waiting;
}

/**
 * Keep that the person has opened a document, and tell the server when it can be reached; the next sync does otherwise.
 * @param {NonNullable<typeof opened>} person @param {{_id: string, version: number}} card
 */
export async function noteOpened(person, card) {
  try {
    if ((await noteOpening(person.personId, card)) && isOnline()) await tellOpenings(person);
  } catch (error) {
    // whether somebody has seen something is worth no trouble of theirs; that they are signed out is
    if (error instanceof SessionExpired) await noteExpired();
  }
}

/** Give up the request that the server holds; the page asks for another one. */
export const dropWaiting = () => stopWaiting.abort();

/**
 * Pull, keep the files of what is to be done, and tell the pages what changed.
 * @param {NonNullable<typeof opened>} person @param {{isWaiting?: boolean, signal?: AbortSignal}} options
 */
async function receive(person, options) {
  const onProgress = (/** @type {number} */ done, /** @type {number} */ total) =>
    tell({ type: 'progress', done, total });
  const { ids, settled } = await pull(person, person.replica, { ...options, onProgress });
  await announce(settled);
  if (connection !== 'online') await setConnection('online');
  if (ids.length === 0) return;
  const profile = await person.replica.get('profile:me');
  await writeDevice({ synced_at: new Date().toISOString(), ...(profile && { profile }) });
  await tell({ type: 'changed', ids });
  await tellStatus();
  keeping ??= keepFiles(person.replica)
    .catch(() => {}) // a file that did not come is fetched when it is opened
    .finally(() => {
      keeping = null;
    });
}

/**
 * Run a sync step for the person signed in and draw the conclusions from its failure.
 * @param {(person: NonNullable<typeof opened>) => Promise<void>} step
 * @param {AbortSignal} [signal]  the step was stopped on purpose when it is aborted
 */
async function guarded(step, signal) {
  const person = await knownPerson(); // a page that stays open must not wait for ever on a sign-in that was cut off
  if (!person) return false;
  try {
    await step(person).catch(async (error) => {
      if (!(error instanceof RequestFailed) || error.status !== 403) throw error;
      await identify(person.personId); // the server does not know this device (any more)
      const again = await signedIn();
      if (again) await step(again);
    });
    if (connection !== 'online') await setConnection('online');
    return true;
  } catch (error) {
    if (error instanceof SessionExpired) await noteExpired();
    else if (error instanceof AnotherPerson) await forgetWho();
    else if (error instanceof DeviceRevoked) await revoked(person.personId);
    else if (!signal?.aborted) {
      // no network is no trouble; anything else is, and somebody should be told
      if (!(error instanceof Unreachable))
        await tell({ type: 'trouble', name: String(error), in_sync: true });
      await noteOffline();
    }
    return false;
  }
}

/** The device was revoked: nothing to read stays; what was not sent stays and can be exported. @param {string} personId */
async function revoked(personId) {
  await writeDevice({ session: 'revoked' });
  await wipe(personId);
  await setConnection('revoked');
}

/** @param {string} personId */
async function wipe(personId) {
  const replica = opened?.personId === personId ? opened.replica : new Replica(personId);
  opened = null;
  await replica.wipe();
  await dropFiles();
  await tell({ type: 'changed', ids: ['*'] });
}

/** Tell the pages which actions were receipted, and that the app is too old. @param {SettledRow[]} rows */
async function announce(rows) {
  if (rows.length === 0) {
    if ((await status()).is_too_old !== isToldTooOld) await tellStatus();
    return;
  }
  const receipts = rows.map(({ receipt, title }) => ({ ...receipt, title }));
  await tell({ type: 'receipts', receipts });
  await tellStatus();
}

/** @param {Connection} now */
async function setConnection(now) {
  connection = now;
  await tellStatus();
}

/** How things stand, for the strip at the top of every page. */
export async function status() {
  const { person_id = null, session, synced_at = null } = await readDevice();
  const rows = person_id ? await waitingActions(person_id) : [];
  const settled = person_id ? await settledActions(person_id) : [];
  const person = await signedIn();
  return {
    type: 'status',
    reviews: person ? await person.replica.ownReviews() : null,
    overdue: person ? overdueCount(await person.replica.places(), todayInVietnam()) : null,
    connection: session === 'revoked' ? 'revoked' : session === 'expired' ? 'expired' : connection,
    person_id,
    synced_at,
    waiting: rows.filter((row) => !row.is_sent).length,
    settled: settled.length,
    refused: settled.filter(isOpenRefusal).length,
    is_too_old: rows.some(({ held }) => held?.reason === 'app_too_old' && held.app_version === APP_VERSION),
  };
}

/** Tell whether the replica has changed since a checkpoint. @param {string} since */
export async function hasMovedOn(since) {
  const now = await (await signedIn())?.replica.since();
  return now !== undefined && now !== since;
}

/** Tell all pages how things stand. */
export async function tellStatus() {
  const now = await status();
  isToldTooOld = now.is_too_old;
  await tell(now);
}
