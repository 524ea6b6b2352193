/**
 * A form posted to one of the commands of `offline_routes.json`. The action is in the outbox before anything else
 * happens. With a network the form itself goes to the server, so that its errors come back into the form; when no
 * answer comes in time, the action waits in the outbox and the page shows it as pending. Both ways carry the same
 * action id, so the server does it once.
 */
import { isForServer, readAction } from './command_form.js';
import { signed } from './device_key.js';
import { addAction, releaseFollowers, removeAction, updateAction, waitingActions } from './outbox.js';
import { touchedDocuments } from './pending.js';
import { settleChecked } from './receipts.js';
import { isOnline, noteExpired, noteOffline, tellStatus } from './session.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {{path: string, kind: string, command: string, fields: Record<string, string>, back?: string}} CommandRoute */
/** @typedef {{personId: string, deviceId: string, replica: import('./replica.js').Replica}} Person */
/**
 * @typedef {{person: Person, send: () => Promise<Response|null>}} Taken  `send` gives the server's answer, or null: it
 *   waits in the outbox, show it as pending
 */

const PATIENCE_MS = 3_000;
const PATIENCE_WITH_FILE_MS = 20_000;
const RECEIPT_MS = 5_000;
/** How long forms wait for the answer to one that nothing here keeps, so as not to overtake it. */
const PATIENCE_ALONE_MS = 60_000;
/** From now on its author takes it to be kept. */
const KEPT = { not_before: 0, is_at_form: false };
/** On every answer that the server gives to a command, taken or not. */
const RECEIPT_HEADER = 'X-Congvan-Receipt';

/**
 * Put an action behind what the person did before it on the same documents.
 * @param {Action} action @param {Person} person
 * @returns {Promise<{isChained: boolean, title: string}>} title of the document, for the outbox
 */
async function place(action, person) {
  const touched = touchedDocuments(action);
  // also behind one that is taken to be sent: a redirect looks the same from any network
  const before = (await waitingActions(person.personId)).filter((row) =>
    touchedDocuments(row.action).some((document) => touched.includes(document)),
  );
  const predecessor = before.filter((row) => row.action_id !== action.action_id).at(-1);
  if (predecessor) action.after = predecessor.action_id;
  const card = action.document_id ? await person.replica.get(action.document_id) : null;
  return {
    isChained: predecessor !== undefined,
    title: card?.title ?? action.fields.title ?? action.fields.subject ?? '',
  };
}

/**
 * Put an action into the outbox, to be sent from there.
 * @param {Action} action @param {Person} person
 */
export const queueAction = (action, person) =>
  inTurn(async () => {
    const { title } = await place(action, person);
    await addAction(person.personId, action, { title });
  });

/** The last form that came. Forms enter the outbox one after the other, in the order in which they were sent. */
let entering = /** @type {Promise<unknown>} */ (Promise.resolve());

/** @template T @param {() => Promise<T>} enter @returns {Promise<T>} */
function inTurn(enter) {
  const turn = entering.then(enter);
  entering = turn.catch(() => {}).then(answered);
  return turn;
}

/** Wait for the answer that a form gets from the server alone, if it is one of those. @param {any} taken */
const answered = (taken) =>
  taken?.answer &&
  new Promise((go) => {
    const timer = setTimeout(go, PATIENCE_ALONE_MS);
    const goOn = () => go(clearTimeout(timer));
    taken.answer.then(goOn, goOn);
  });

/**
 * Take a form: the action enters the outbox, behind every form that was sent before it. `send` then brings it to the
 * server when that answers, and has it wait when it does not.
 * @param {Request} request @param {CommandRoute} route @param {string|null} id
 * @param {() => Promise<Person|null>} whose  asked in turn: what is sent while it is not known yet must not be overtaken
 * @param {string} actedAt  when the person sent the form
 * @param {() => Promise<Response>} alone  brings it to the server when it is not known here whose it is
 * @returns {Promise<Taken|{answer: Promise<Response>}|null>} null: the form is the server's alone
 */
export const takeCommand = (request, route, id, whose, actedAt, alone) =>
  inTurn(async () => {
    const form = await request.clone().formData();
    if (!form.get('action_id')) return null; // cannot be told twice
    if (route.command === 'RegisterIncoming' && isForServer(form)) return null;
    const person = await whose();
    if (!person) return { answer: alone() };
    return { person, send: await enter(request, form, route, id, person, actedAt) };
  });

/**
 * @param {Request} request @param {FormData} form @param {CommandRoute} route @param {string|null} id
 * @param {Person} person @param {string} actedAt
 * @returns {Promise<() => Promise<Response|null>>}
 */
async function enter(request, form, route, id, person, actedAt) {
  const { action: read, files, isKept } = await readAction(form, route, id, person, actedAt);
  const action = await signed(read, person.deviceId).catch(() => read); // then it is signed when it is sent
  const { isChained, title } = await place(action, person);
  const isDirect = isOnline() && !isChained && !isKept; // a body kept on the device is not in the form
  const patience = files.length > 0 ? PATIENCE_WITH_FILE_MS : PATIENCE_MS;
  const notBefore = isDirect ? Date.now() + patience + 1_000 : 0;
  const first = isDirect ? undefined : refusals.get(action.action_id);
  if (!first) await addAction(person.personId, action, { title, files, notBefore });
  return async () => {
    // a second click that would wait, while the form of the first is on its way: what is wrong with it is wrong with both
    const refusal = await first;
    if (refusal) return refusal;
    if (first) await addAction(person.personId, action, { title, files, notBefore });
    const response = isDirect ? await trying(request, action, patience, person) : null;
    if (response === null && !(await updateAction(action.action_id, KEPT))) {
      // A second click on the same form: the refusal of the first one took it back, and this one says that it waits.
      await addAction(person.personId, action, { title, files });
    }
    await tellStatus();
    return response;
  };
}

/** Forms that are on their way, by action: with what they are refused, if they are. @type {Map<string, Promise<Response|null>>} */
const refusals = new Map();

/** Post the form itself, and let a second click on it know. @type {typeof tryServer} */
function trying(request, action, patience, person) {
  const { action_id: id } = action;
  const tried = tryServer(request, action, patience, person);
  const refusal = tried.then(
    (response) => (response && response.status >= 400 ? response.clone() : null),
    () => null,
  );
  refusals.set(id, refusal);
  refusal.then(() => refusals.get(id) === refusal && refusals.delete(id));
  return tried;
}

/**
 * Post the form itself.
 * @param {Request} request @param {Action} action @param {number} patience ms @param {Person} person
 * @returns {Promise<Response|null>} null when the action has to wait in the outbox
 */
async function tryServer(request, action, patience, person) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(request, { signal: AbortSignal.timeout(patience) });
  } catch {
    noteOffline();
    return null;
  }
  const { status } = response;
  const isSignIn = response.redirected && new URL(response.url).pathname === '/login';
  if (status === 401 || isSignIn) {
    await noteExpired();
    return null;
  }
  if (status >= 500 || status === 408 || status === 429) return null;
  const isRedirect = response.type === 'opaqueredirect' || (response.redirected && response.ok);
  if (!isRedirect && !response.headers.has(RECEIPT_HEADER)) {
    noteOffline(); // the page of some network, such as the one that Wi-Fi asks to sign in with: nobody has decided yet
    return null;
  }
  if (status >= 400) {
    // The form comes back with what is wrong; unless another click on it was told that the act is kept: then this one
    // is told so, too, and the receipt says what is wrong.
    return (await removeAction(action.action_id)) ? response : null;
  }
  const receipt = receiptOf(response);
  const isOwn = receipt?.action_id === action.action_id;
  const told = isOwn ? [{ details: {}, received_at: new Date().toISOString(), ...receipt }] : [];
  const { settled } = await settleChecked(person, told, { mayAsk: false });
  if (settled.length === 0) {
    // A redirect, which cannot be looked into, or a receipt that does not hold (yet): what became of the action is
    // asked when it is next time to push.
    await updateAction(action.action_id, { ...KEPT, is_sent: true, not_before: Date.now() + RECEIPT_MS });
  }
  await releaseFollowers(settled.map((row) => row.action_id));
  return response;
}

/** The receipt that the server writes into the headers of its answer. @param {Response} response */
function receiptOf({ headers }) {
  try {
    return JSON.parse(headers.get('HX-Trigger') ?? '{}')['congvan:receipt'];
  } catch {
    return undefined;
  }
}
