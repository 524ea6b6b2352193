/**
 * The pages that the worker answers: each view builds, from the replica and the outbox, the same template context
 * that the server builds from the records.
 */
import { deskView, noticesFor } from './desk.js';
import { readDevice } from './device.js';
import { draftCard } from './draft_card.js';
import {
  COLUMNS,
  daysFrom,
  FOLDERS,
  folderCounts,
  isListOf,
  listsOf,
  overdueCount,
  pageOf,
  viewsOf,
} from './lists.js';
import { settledActions, waitingActions } from './outbox.js';
import { outboxView, verbOf } from './outbox_view.js';
import { overlay } from './pending.js';
import { plain } from './plain.js';
import { summary } from './replica.js';
import { caseFilesFor } from './suggest.js';
import { assignView } from './together.js';
import { Unsettled } from './unsettled.js';
import { dueChoices, isWorking, todayInVietnam } from './work_days.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {import('./types.js').OutboxRow} OutboxRow */
/** @typedef {{personId: string, deviceId: string, replica: import('./replica.js').Replica}} Person */
/** @typedef {{person: Person, me: any, unsettled: Unsettled, id: string|null, kind: string|null, query: URLSearchParams, places: import('./rows.js').Place[], overlay: typeof overlay}} Asked */
/** @typedef {(asked: Asked) => Promise<Record<string, any>|null>} View */

const PAGE_SIZE = 50;
/** Where an act that took its document out of sight can be taken back (the same in server/web/inbox.py). */
const GIVEN_AWAY = /^[\w-]+\/undo\/[\w-]+$/;

/** Views that are in the second script, once it is read (pwa/later.js). @type {{views: Record<string, View>, read: () => void}} */
export const later = { views: {}, read() {} };

/** @type {Record<string, View>} */
const VIEWS = {
  async inbox({ person, me, unsettled, query, places: counted }) {
    const asked = query.get('folder') ?? '';
    const folder = FOLDERS.includes(asked) ? asked : 'todo';
    const list_name = isListOf(folder, query.get('list') ?? '') ? (query.get('list') ?? '') : '';
    const words_asked = query.get('query') ?? '';
    const words = plain(words_asked).split(/\s+/).filter(Boolean);
    const after = query.get('after');
    const isWhole = words.length === 0 && !list_name;
    const [notices, office, kept, all] = await Promise.all([
      noticesFor(person, unsettled),
      person.replica.get('directory:office'),
      person.replica.get('views:me'),
      person.replica.list(folder, isWhole ? after : null, isWhole ? PAGE_SIZE : 100_000),
    ]);
    const days = daysFrom(office?.days, todayInVietnam());
    const has = (/** @type {any} */ row) => words.every((word) => wordsOf(row).includes(word));
    const made = await newDrafts(person, unsettled, me);
    const places = [...counted, { folder: 'todo', list: 'in_hand', due_on: '', count: made.length }];
    const page = isWhole ? all : pageOf(all.rows, { name: list_name, after, limit: PAGE_SIZE, days, has });
    const pending = unsettled.documents();
    const stored = page.rows.map((row) => ({ ...row, pending: pending.has(row._id) }));
    const isWithDrafts = folder === 'todo' && (!list_name || list_name === 'in_hand');
    const isFirstPage = isWithDrafts && words.length === 0 && !after;
    return {
      folder,
      list_name,
      lists: listsOf(places, folder, list_name, days),
      counts: folderCounts(places),
      cards: isFirstPage ? [...made, ...stored] : stored,
      next_key: page.next,
      query: words_asked,
      views: viewsOf(kept?.views ?? [], { folder, list: list_name, query: words_asked }),
      columns: kept?.columns ?? [],
      columns_offered: COLUMNS,
      view_name: '',
      view_fault: '',
      notices,
      new_action_id: crypto.randomUUID(),
      given_away: GIVEN_AWAY.exec(query.get('given_away') ?? '')?.[0],
    };
  },

  async document({ person, unsettled, me, id, kind, query }) {
    const documentId = `${kind}:${id}`;
    const [stored, office, kept, caseFiles] = await Promise.all([
      person.replica.get(documentId),
      person.replica.get('directory:office'),
      person.replica.get('views:me'),
      caseFilesOf(person, unsettled, me),
    ]);
    const draft = stored ? undefined : unsettled.draft(documentId);
    const incoming = draft?.document_id ? await person.replica.get(draft.document_id) : null;
    const card = stored ?? (draft && draftCard(draft, incoming, me));
    if (!card) return null;
    const transfers = kept?.transfers ?? [];
    const filed = unsettled.waiting
      .filter(({ action }) => action.command === 'FileDocument' && action.fields.document === card._id)
      .map(({ action }) => action.document_id);
    const case_files = caseFilesFor(caseFiles, card).map((file) =>
      filed.includes(file._id) ? { ...file, is_in: true } : file,
    );
    const directory = { ...office, transfers, case_files };
    const version = unsettled.versionSeen(documentId, card.version);
    const shown = overlay({ ...card, version }, unsettled.actionsOn(documentId, card.version), directory, me);
    const wanted = query.get('form');
    const open_form = shown.allowed_actions.includes(wanted) ? wanted : null;
    const refused = unsettled.refusal(query.get('from'));
    const isOpen = refused && open_form === verbOf(refused.command);
    const isHere = refused?.document_id === documentId;
    return {
      card: shown,
      directory,
      type_names: typeNames(directory),
      due_choices: dueChoices(office?.days, todayInVietnam()),
      is_due_off: Boolean(shown.due_on) && !isWorking(office?.days ?? {}, shown.due_on),
      form: isHere && isOpen ? { ...refused.fields, replaces: refused.action_id } : {},
      form_errors: {},
      lost: isHere && !isOpen ? { command: refused.command, fields: refused.fields } : null,
      notice: '',
      new_action_id: crypto.randomUUID(),
      open_form,
    };
  },

  reviews: ({ person, unsettled, query }) => deskView(person, unsettled, query),

  assign_many: ({ person, unsettled, query }) => assignView(person, unsettled, query, todayInVietnam()),

  outbox: ({ person, unsettled }) => outboxView(person, unsettled),

  async case_files({ person, unsettled, me, query }) {
    const [case_files, office] = await Promise.all([
      caseFilesOf(person, unsettled, me),
      person.replica.get('directory:office'),
    ]);
    const refused = unsettled.refusal(query.get('from'));
    const isOne = refused?.command === 'CreateCaseFile';
    const form = isOne ? { ...refused.fields, replaces: refused.action_id } : {};
    return {
      case_files,
      file_plan: office?.file_plan ?? [],
      new_action_id: crypto.randomUUID(),
      form,
      form_errors: {},
    };
  },

  async offline() {
    return {};
  },
};

/** Code → name of the types of documents. @param {any} directory */
const typeNames = (directory) =>
  Object.fromEntries(
    (directory?.catalogues?.types ?? []).map((/** @type {any} */ type) => [type.code, type.name]),
  );

/** The person's case files, first those that so far exist on this device only. @param {Person} person @param {Unsettled} unsettled @param {any} me */
async function caseFilesOf(person, unsettled, me) {
  const stored = await person.replica.startingWith('case_file:');
  const made = unsettled.waiting
    .filter(({ action }) => action.command === 'CreateCaseFile')
    .map(({ action: { action_id, fields } }) => ({
      _id: `case_file:${action_id}`,
      kind: 'case_file',
      title: fields.title || fields.plan_code,
      notation: fields.notation || fields.plan_code,
      retention: fields.retention,
      owner_name: me.name,
      documents: [],
      pending: true,
    }))
    .filter(({ _id }) => !stored.some((file) => file._id === _id));
  return [...made, ...stored.sort((a, b) => (a.sort_key < b.sort_key ? -1 : 1))];
}

/** Rows of the drafts that the replica does not have yet. @param {Person} person @param {Unsettled} unsettled @param {any} me */
async function newDrafts(person, unsettled, me) {
  const rows = await Promise.all(
    unsettled.drafts().map(async (action) => {
      if (await person.replica.get(`outgoing:${action.action_id}`)) return null;
      return { ...summary(draftCard(action, null, me)), pending: true };
    }),
  );
  return rows.filter((row) => row !== null);
}

/** What of a row is searched. @param {any} row */
const wordsOf = (row) =>
  plain(`${row.title} ${row.number} ${row.sender} ${row.arrival_label} ${row.drafter_name}`);

/**
 * Begin a view; null when this device has not what it needs. `frame` is what every page shows around its content,
 * `content` reads the rest: what can be read at the same time is, since each reading that waits for another one is on
 * the way of the first paint.
 * @param {string} name
 * @param {Person|null} person  null: nobody signed in, or a replica that is gone
 * @param {{id?: string|null, kind?: string|null, url: URL, isBare?: boolean, mustBeWhole?: boolean}} asked
 * @returns {Promise<{frame: Record<string, any>, content: () => Promise<Record<string, any>|null>}|null>}
 */
export async function openView(name, person, asked) {
  const { id = null, kind = null, url, isBare = false, mustBeWhole = false } = asked;
  const reading = readDevice();
  const personId = person?.personId ?? (await reading).person_id;
  const [device, since, profile, waiting, settled, ownReviews, places] = await Promise.all([
    reading,
    person?.replica.since(),
    person?.replica.get('profile:me'),
    personId ? waitingActions(personId) : [],
    personId ? settledActions(personId) : [],
    person?.replica.ownReviews() ?? 0,
    person?.replica.places() ?? [],
  ]);
  const isRevoked = name === 'outbox' && device.session === 'revoked';
  if (mustBeWhole && since === undefined && !isRevoked) return null;
  const me = profile ?? device.profile ?? null;
  const unsettled = new Unsettled(waiting, settled);
  const needsReplica = name !== 'offline' && name !== 'outbox';
  if (needsReplica && (!person || !profile)) return null;
  const frame = {
    me,
    today: todayInVietnam(),
    locale: device.locale ?? 'vi',
    layout: isBare ? 'layouts/bare.html' : 'layouts/page.html',
    path: url.pathname,
    theme: device.theme ?? 'auto',
    overdue_count: overdueCount(places, todayInVietnam()),
    review_count: ownReviews,
    waiting_count: unsettled.unsent.length,
    is_local: true,
    since: since ?? '',
  };
  const query = url.searchParams;
  const content = () => {
    if (!VIEWS[name] && !later.views[name]) later.read();
    const view = VIEWS[name] ?? later.views[name];
    return view({ person: /** @type {Person} */ (person), me, unsettled, id, kind, query, places, overlay });
  };
  return { frame, content };
}

/**
 * Build the whole context of a view; null when this device has not what it needs.
 * @param {string} name @param {Person|null} person @param {Parameters<typeof openView>[2]} asked
 * @returns {Promise<Record<string, any>|null>}
 */
export async function buildView(name, person, asked) {
  const view = await openView(name, person, asked);
  const own = view && (await view.content());
  return view && own && { ...view.frame, ...own };
}
