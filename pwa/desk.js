/** The conflict desk on the device: what waits for a decision, several decisions at once, and notices to authors. */
import { queueAction } from './commands.js';
import { isOpenRefusal } from './outbox.js';
import { APP_VERSION } from './versions.js';

/** @typedef {import('./unsettled.js').Unsettled} Unsettled */
/** @typedef {import('./commands.js').Person} Person */

/**
 * The context of the desk; `done` names the form with which decisions were made together.
 * @param {Person} person @param {Unsettled} unsettled @param {URLSearchParams} query
 */
export async function deskView(person, unsettled, query) {
  const rows = await person.replica.withReviews();
  const cards = await Promise.all(rows.map((row) => person.replica.get(row._id)));
  const reviews = cards.filter(Boolean).flatMap((card) => reviewsOf(card, unsettled));
  const opened = (/** @type {any} */ review) => `${review.opened_at} ${review.review_id}`;
  const done = query.get('done');
  return {
    reviews: reviews.sort((a, b) => (opened(a) < opened(b) ? -1 : 1)),
    new_action_id: crypto.randomUUID(),
    nothing_chosen: query.has('none'),
    results: done ? unsettled.madeWith(done) : [],
  };
}

/** @param {any} card @param {Unsettled} unsettled */
function reviewsOf(card, unsettled) {
  const { _id, kind, title, number, version } = card;
  const document = { _id, kind, title, number, version: unsettled.versionSeen(_id, version) };
  const version_sha256 = card.current_version?.sha256 ?? '';
  const acts = unsettled.actionsOn(_id, version).filter(({ command }) => command === 'ResolveConflict');
  const decided = new Set(acts.map((action) => action.fields.review_id));
  return card.reviews.map((/** @type {any} */ review) => ({
    ...review,
    document,
    version_sha256,
    pending: decided.has(review.review_id),
  }));
}

/**
 * Queue a decision for each conflict that was chosen: an action of its own, which succeeds or fails by itself.
 * @param {FormData} form  `review`: document, review, version and action id, parted by spaces @param {Person} person
 * @returns {Promise<string>} the query of the desk that shows the results
 */
export async function decideTogether(form, person) {
  const chosen = form.getAll('review');
  for (const one of chosen) {
    const [document_id, review_id, seen, action_id] = String(one).split(' ');
    const fields = { review_id, choice: String(form.get('choice')), version_sha256: '', note: '' };
    const action = {
      app_version: APP_VERSION,
      action_id,
      command: 'ResolveConflict',
      document_id,
      seen_version: Number(seen),
      acted_at: new Date().toISOString(),
      device_id: person.deviceId,
      after: null,
      fields,
    };
    await queueAction(action, person);
  }
  return chosen.length > 0 ? `done=${encodeURIComponent(String(form.get('action_id')))}` : 'none=1';
}

/**
 * What the person is to be told of their own acts, without what they have just acknowledged.
 * @param {Person|null} person @param {Unsettled} unsettled
 * @returns {Promise<any[]>}
 */
export async function noticesFor(person, unsettled) {
  const stored = (await person?.replica.startingWith('notice:')) ?? [];
  const settled = unsettled.settled.filter((row) => !isOpenRefusal(row));
  const read = new Set(
    [...unsettled.waiting, ...settled]
      .filter(({ action }) => ['AcknowledgeReview', 'AcknowledgeRepair'].includes(action.command))
      .map(({ action: { fields } }) => fields.repair_id ?? `${fields.review_id} ${fields.told}`),
  );
  return stored
    .filter(({ review_id, told }) => !read.has(`${review_id} ${told}`) && !read.has(review_id))
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}
