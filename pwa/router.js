/**
 * What the worker answers and how. Pages of `offline_routes.json` always come from the replica when there is one;
 * commands go through `commands.js`; other pages come from the network, with a page that says so when there is none.
 */
import { takeCommand } from './commands.js';
import { decideTogether } from './desk.js';
import { readDevice } from './device.js';
import { fetchFile, keptFile } from './files.js';
import table from './offline_routes.json' with { type: 'json' };
import { isArrival, pathByNumber } from './opening.js';
import { dismissAction, forceAction, outboxFile } from './outbox.js';
import { exportOutbox } from './outbox_export.js';
import { headersOf } from './policy.js';
import {
  forgetWho,
  isOnline,
  knownPerson,
  noteOffline,
  noteOpened,
  personActing,
  signedIn,
  signOut,
  synchronise,
  tellStatus,
} from './session.js';
import { keptStyles } from './styles.js';
import { assignTogether } from './together.js';
import { buildView, openView } from './views.js';
import { todayInVietnam } from './work_days.js';

/** @typedef {(template: string, context: Record<string, any>) => Promise<string>} Render */
/** @typedef {{commands: CommandRoute[], pages: PageRoute[]}} Routes */
/** @typedef {import('./commands.js').CommandRoute} CommandRoute */
/** @typedef {{path: string, view: string, template: string, is_by_network?: boolean}} PageRoute  is_by_network: from here only without a network */

const routes = /** @type {Routes} */ (/** @type {unknown} */ (table));

/** @typedef {{page: string, act: (form: FormData, person: import('./commands.js').Person) => Promise<string>}} Together */

const routeOfAssign = /** @type {CommandRoute} */ (routes.commands.find((row) => row.command === 'Assign'));
/** Forms with which several acts are made in one go, and the page that shows what became of them. @type {Record<string, Together>} */
const TOGETHER = {
  '/reviews/resolve': { page: '/reviews', act: decideTogether },
  '/assign': { page: '/assign', act: (form, person) => assignTogether(form, routeOfAssign, person) },
};

const PATIENCE_MS = 3_000;
/** What a page is about. @type {WeakMap<Response, any>} */
const shownCards = new WeakMap();
const HEADERS = headersOf();

/**
 * Match a path with a pattern such as `/incoming/<id>`.
 * @param {string} pattern @param {string} path
 * @returns {{id: string|null}|null}
 */
export function matchPath(pattern, path) {
  const [before, after] = pattern.split('<id>');
  if (after === undefined) return pattern === path ? { id: null } : null;
  if (!path.startsWith(before) || !path.endsWith(after)) return null;
  const id = path.slice(before.length, path.length - after.length);
  return id && !id.includes('/') ? { id: decodeURIComponent(id) } : null;
}

/**
 * Find the row of a table for a path.
 * @template {{path: string}} Row
 * @param {Row[]} rows @param {string} path
 * @returns {{row: Row, id: string|null}|null}
 */
function find(rows, path) {
  for (const row of rows) {
    const match = matchPath(row.path, path);
    if (match) return { row, id: match.id };
  }
  return null;
}

/** Answers the requests of pages. */
export class Router {
  /**
   * @param {Render} render
   * @param {{css: string, page_js: string}} assets  paths of the built files, for the layout
   * @param {Render} [renderTop]  what whole pages begin with
   */
  constructor(render, assets, renderTop) {
    this.render = render;
    this.assets = assets;
    this.renderTop = renderTop;
  }

  /**
   * Answer a request that is not for a static file.
   * @param {Request} request
   * @returns {Promise<Response>}
   */
  async answer(request) {
    const url = new URL(request.url);
    if (request.method === 'GET') {
      if (url.pathname.startsWith('/files/')) return this.answerFile(request, url);
      if (url.pathname === '/outbox/export') return this.answerExport();
      if (url.pathname === '/open') return this.answerNumber(request, url);
      return this.answerPage(request, url);
    }
    if (request.method !== 'POST') return fetch(request);
    if (url.pathname === '/outbox/dismiss') return this.answerOutbox(request, url, dismissAction);
    if (url.pathname === '/outbox/force') return this.answerOutbox(request, url, forceAndSend);
    const together = TOGETHER[url.pathname];
    if (together) return this.answerTogether(request, url, together);
    const found = find(routes.commands, url.pathname);
    const actedAt = new Date().toISOString(); // now, and not when it is known again who signed in
    /** @type {unknown} */
    let unsent = null;
    const whose = () =>
      personActing().catch((error) => {
        unsent = error;
        return null;
      });
    const alone = () => (unsent ? Promise.reject(unsent) : fetch(request));
    const taken = found && (await takeCommand(request, found.row, found.id, whose, actedAt, alone));
    if (taken && 'send' in taken) return this.answerCommand(request, url, found, taken);
    const response = await (taken?.answer ?? alone()).catch((error) => {
      if (request.mode !== 'navigate') throw error; // a script of the page says itself that nothing was sent
      return null;
    });
    if (response === null) {
      noteOffline();
      return this.offlinePage(url, false);
    }
    if (url.pathname === '/login' && isTaken(response)) await forgetWho();
    if (url.pathname === '/logout' && isTaken(response)) await signOut();
    return response;
  }

  /** @param {Request} request @param {URL} url */
  async answerPage(request, url) {
    const found = find(routes.pages, url.pathname);
    const isBare = wantsFragment(request);
    // the fuller form is the server's; what was just kept here is said here
    const isByNetwork = found?.row.is_by_network && isOnline() && !url.searchParams.has('kept');
    const here = async () => found && this.page(found.row, await knownPerson(), url, found.id, isBare, true);
    if (found && !isByNetwork) {
      const person = await knownPerson();
      const response = await here();
      const isOpened = response && person && !request.headers.has('X-Congvan-Renewal');
      if (isOpened && found.row.view === 'document') noteOpened(person, shownCards.get(response));
      if (response) return response;
    }
    try {
      const response = await fetch(request, isByNetwork ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {});
      // a part of a page that reads from the device: that the session is over is said in its strip, and nobody is sent away
      const isOver = isBare && response.status === 401 && (await signedIn());
      return isOver ? new Response(null, { status: 204 }) : response;
    } catch {
      noteOffline();
      const page = isByNetwork && (await here());
      if (page) return page;
      if (url.pathname === '/') return Response.redirect('/inbox', 302);
      // where what was written is, and why it cannot be done anew
      if (found && url.searchParams.has('from')) return Response.redirect(new URL('/outbox', url).href, 302);
      return this.offlinePage(url, isBare);
    }
  }

  /**
   * @param {PageRoute} row @param {import('./views.js').Person|null} person @param {URL} url @param {string|null} id
   * @param {boolean} isBare @param {boolean} [mustBeWhole]  not from a replica that has still to be loaded
   * @returns {Promise<Response|null>}
   */
  async page({ view, template, path, is_by_network }, person, url, id, isBare, mustBeWhole = false) {
    const kind = id === null ? null : path.split('/')[1];
    const { assets } = this;
    const asked = { id, kind, url, isBare, mustBeWhole };
    const ownStyles = isBare ? undefined : keptStyles(assets.css);
    const [opened, styles] = await Promise.all([openView(view, person, asked), ownStyles]);
    if (!opened) return null;
    const frame = { ...opened.frame, assets };
    const headers = headersOf(styles?.source);
    const into = styles?.into ?? ((html) => html);
    // what is about one thing, or may not be here at all, has no top before its content
    if (isBare || id !== null || is_by_network || !this.renderTop) {
      const own = await opened.content();
      if (!own) return null;
      const response = new Response(into(await this.render(template, { ...frame, ...own })), { headers });
      shownCards.set(response, own.card);
      return response;
    }
    const whole = opened.content().then((own) => this.render(template, { ...frame, ...own }));
    return new Response(inTwoParts(await this.renderTop(template, frame), whole, into), { headers });
  }

  /** @param {URL} url @param {boolean} isBare */
  async offlinePage(url, isBare) {
    const context = await buildView('offline', await signedIn(), { url, isBare });
    const html = await this.render('pages/offline.html', { ...context, assets: this.assets });
    return new Response(html, { status: 503, headers: HEADERS });
  }

  /**
   * @param {Request} request @param {URL} url
   * @param {{row: CommandRoute, id: string|null}} found
   * @param {{person: import('./commands.js').Person, send: () => Promise<Response|null>}} taken
   */
  async answerCommand(request, url, { row, id }, { person, send }) {
    const isFragment = wantsFragment(request);
    const response = await send();
    if (response) return response;
    const path = id === null ? row.path : `/${row.kind}/${encodeURIComponent(id)}`;
    // a document is put into a case file on its own page, whatever the address of the form is
    const isAbout = row.kind === 'case_file' && id !== null && request.referrer;
    const at = new URL(isAbout || row.back || path, url);
    if (!isFragment) return Response.redirect(at.href, 303);
    if (request.headers.get('HX-Target') !== 'document') return redirectPage(request, at);
    const found = find(routes.pages, path);
    const fragment = 'fragments/document.html';
    const page = found && (await this.page({ ...found.row, template: fragment }, person, at, found.id, true));
    return page ?? redirectPage(request, new URL('/outbox', url));
  }

  /** A body from the device when it is here, otherwise from the server. @param {Request} request @param {URL} url */
  async answerFile(request, url) {
    const person = await signedIn();
    const sha256 = url.pathname.split('/').at(-1) ?? '';
    const kept = person && ((await keptFile(sha256)) ?? (await ownFile(sha256)));
    if (kept) return kept;
    try {
      return await (person ? fetchFile(request, sha256) : fetch(request));
    } catch {
      noteOffline();
      return this.offlinePage(url, false);
    }
  }

  /** Go to the document with a number: on the device, or by the server. @param {Request} request @param {URL} url */
  async answerNumber(request, url) {
    const number = url.searchParams.get('wanted') ?? '';
    const person = await knownPerson();
    const here = person && (await pathByNumber(person.replica, number, todayInVietnam()));
    // several agencies may have given the same number: the server knows of those that are not on the device
    const isSure = here && (isArrival(number) || !isOnline());
    try {
      if (!isSure) return await fetch(request);
    } catch {
      noteOffline();
    }
    const otherwise = `/inbox?${new URLSearchParams({ query: number })}`;
    return Response.redirect(new URL(here ?? otherwise, url).href, 303);
  }

  /** Everything not sent, as a file that its author can keep. */
  async answerExport() {
    const { person_id } = await readDevice();
    const body = person_id ? await exportOutbox(person_id) : new Blob(['{}'], { type: 'application/json' });
    return new Response(body, {
      headers: { 'Content-Disposition': 'attachment; filename="congvan-outbox.json"' },
    });
  }

  /**
   * Do something with several documents alike, each by an action of its own.
   * @param {Request} request @param {URL} url @param {Together} together
   */
  async answerTogether(request, url, { act, page }) {
    const person = await personActing().catch(() => undefined);
    if (person === undefined) return this.offlinePage(url, false);
    if (person === null) return fetch(request);
    const query = await act(await request.formData(), person);
    await sentSoon();
    return Response.redirect(new URL(`${page}?${query}`, url).href, 303);
  }

  /**
   * Do something with one action of the outbox, and show the outbox again.
   * @param {Request} request @param {URL} url
   * @param {(actionId: string, personId: string) => Promise<void>} work
   */
  async answerOutbox(request, url, work) {
    const isFragment = wantsFragment(request);
    const form = await request.formData();
    const { person_id } = await readDevice();
    if (person_id) await work(String(form.get('action_id')), person_id);
    await tellStatus();
    const at = new URL('/outbox', url);
    const row = /** @type {PageRoute} */ (routes.pages.find((page) => page.view === 'outbox'));
    const page = isFragment ? await this.page(row, await signedIn(), at, null, true) : null;
    return page ?? Response.redirect(at.href, 303);
  }
}

/** Send, and wait for the receipts no longer than a person would. */
const sentSoon = () =>
  Promise.race([synchronise(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);

/** @param {string} actionId @param {string} personId */
async function forceAndSend(actionId, personId) {
  await forceAction(actionId, personId);
  await sentSoon();
}

/** A body that waits in the outbox to be uploaded. @param {string} sha256 */
async function ownFile(sha256) {
  const blob = await outboxFile(sha256);
  const isPdf = blob?.type === 'application/pdf';
  const headers = {
    'Content-Type': isPdf ? blob.type : 'application/octet-stream',
    'Content-Disposition': isPdf ? 'inline' : 'attachment',
    'X-Content-Type-Options': 'nosniff',
  };
  return blob && new Response(blob, { headers });
}

/**
 * Send the top of a page before its content is read, so that the browser can show it meanwhile.
 * @param {string} top  what the whole page begins with @param {Promise<string>} whole
 * @param {(html: string) => string} into  puts the styles into the top
 */
function inTwoParts(top, whole, into) {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(encoder.encode(into(top)));
      controller.enqueue(encoder.encode((await whole).slice(top.length)));
      controller.close();
    },
  });
}

/** Tell whether htmx asks for a fragment and not for a page. @param {Request} request */
function wantsFragment({ headers }) {
  return (
    headers.has('HX-Request') && !headers.has('HX-Boosted') && !headers.has('HX-History-Restore-Request')
  );
}

/** Let htmx load the page again that a form was on. @param {Request} request @param {URL} otherwise */
function redirectPage(request, otherwise) {
  const { pathname, search } = new URL(request.headers.get('HX-Current-URL') ?? otherwise, otherwise);
  return new Response('', { headers: { ...HEADERS, 'HX-Redirect': pathname + search } });
}

/** A form that succeeded is answered by a redirect. @param {Response} response */
const isTaken = (response) => response.type === 'opaqueredirect' || response.redirected || response.ok;
