/**
 * Photographs of paper in a list of files: the page on each is looked for on the device, its outline is shown, and only what
 * somebody has seen and agreed to is cut out. Until then, and whenever anything fails, the whole photograph is what is sent.
 * Loaded when there is a photograph.
 */
import { BY_HAND } from './outline.js';
import { Panel } from './page/cut_panel.js';
import { EdgeFinder } from './page/edge_finder.js';

/**
 * What is known of a photograph. `looking`: its page is being looked for; `proposed`: found, nobody has decided yet; `none`: not
 * found; `failed`: it could not be looked for or cut; `whole`: somebody wants all of it; `cutting`; `cut`.
 * @typedef {'looking'|'proposed'|'none'|'failed'|'whole'|'cutting'|'cut'} State
 * @typedef {{original: File, state: State, corners: readonly import('./outline.js').Corner[], done: Promise<void>}} Photo
 *
 * The list that the photographs stand in (pwa/page/paper.js).
 * @typedef {{filesOf: (box: Element) => File[], setFiles: (box: Element, list: File[]) => void, showPages: (box: Element) => void, isPhotograph: (file: File) => boolean}} Pages
 */

const BUSY = new Set(['looking', 'cutting']);

export class Cutter {
  /** By the photograph, and by what was cut out of it. @type {WeakMap<File, Photo>} */
  #photos = new WeakMap();
  /** @type {WeakMap<Element, Panel>} */
  #panels = new WeakMap();
  /** Where it was said that nobody has decided yet. @type {WeakSet<Element>} */
  #warned = new WeakSet();

  /** @param {Pages} pages @param {Pick<EdgeFinder, 'find'|'cut'>} finder */
  constructor(pages, finder = new EdgeFinder(BUILD_EDGES.worker)) {
    this.pages = pages;
    this.finder = finder;
  }

  /** Tell whether a file was cut out here: it needs no more work to become a page. @param {File} file */
  isCut(file) {
    const photo = this.#photos.get(file);
    return photo !== undefined && photo.original !== file;
  }

  /** Look for the pages of photographs that are new in the list, and say of each what becomes of it. @param {Element} box */
  show(box) {
    for (const file of this.pages.filesOf(box))
      if (this.pages.isPhotograph(file) && !this.#photos.has(file)) this.#look(box, file);
    this.#draw(box);
  }

  /** Tell whether the form has to stay for now: `settle` then says for how long. @param {Element} box */
  isOpen(box) {
    const states = this.#photosOf(box).map(({ state }) => state);
    return states.some((state) => BUSY.has(state) || (state === 'proposed' && !this.#warned.has(box)));
  }

  /**
   * Wait for what is being done, and say once what nobody has decided.
   * @param {Element} box @returns {Promise<boolean>} whether the form may go
   */
  async settle(box) {
    const photos = this.#photosOf(box);
    const panel = this.#panelOf(box);
    if (photos.some(({ state }) => BUSY.has(state))) panel.say('wait');
    await Promise.all(photos.map(({ done }) => done));
    panel.say('');
    const waiting = photos.filter(({ state }) => state === 'proposed');
    if (waiting.length === 0 || this.#warned.has(box)) return true;
    this.#warned.add(box);
    this.#open(box, waiting[0]);
    panel.say('held', { count: waiting.length });
    panel.focus();
    return false;
  }

  /** @param {Element} box @param {File} file */
  #look(box, file) {
    /** @type {Photo} */
    const photo = { original: file, state: 'looking', corners: BY_HAND, done: Promise.resolve() };
    this.#photos.set(file, photo);
    photo.done = this.finder.find(file).then(
      (found) => {
        photo.state = found ? 'proposed' : 'none';
        photo.corners = found ?? BY_HAND;
        if (found) this.#warned.delete(box);
        this.#draw(box);
        this.#tell(box, found ? 'found' : 'none', photo);
      },
      () => {
        photo.state = 'failed';
        this.#draw(box);
        this.#tell(box, 'failed', photo);
      },
    );
  }

  /** Say what became of a photograph, if it is still there. @param {Element} box @param {string} what @param {Photo} photo */
  #tell(box, what, photo) {
    if (this.#photosOf(box).includes(photo)) this.#panelOf(box).say(what, { name: this.#nameOf(box, photo) });
  }

  /** @param {Element} box @returns {Photo[]} in the order of the list */
  #photosOf(box) {
    return this.pages.filesOf(box).flatMap((file) => this.#photos.get(file) ?? []);
  }

  /** Phones give every photograph the same name: its place tells it apart. @param {Element} box @param {Photo} photo */
  #nameOf(box, photo) {
    const list = this.pages.filesOf(box);
    const at = list.findIndex((file) => this.#photos.get(file) === photo);
    return `${at + 1}. ${list[at]?.name ?? photo.original.name}`;
  }

  /** @param {Element} box */
  #panelOf(box) {
    const known = this.#panels.get(box);
    if (known) return known;
    const panel = new Panel(box, (isCut, isForAll) => this.#decide(box, isCut, isForAll));
    this.#panels.set(box, panel);
    return panel;
  }

  /** Write beside each photograph what becomes of it, and show an outline that waits. @param {Element} box */
  #draw(box) {
    const panel = this.#panelOf(box);
    const photos = this.#photosOf(box);
    for (const [at, file] of this.pages.filesOf(box).entries()) {
      const photo = this.#photos.get(file);
      if (photo) panel.mark(at, this.#nameOf(box, photo), photo, () => this.#open(box, photo, true));
    }
    const shown = panel.photo && photos.includes(panel.photo) && panel.photo;
    const next = shown || photos.find(({ state }) => state === 'proposed');
    if (next) this.#open(box, next);
    else panel.close();
  }

  /** @param {Element} box @param {Photo} photo */
  #open(box, photo, isAsked = false) {
    const panel = this.#panelOf(box);
    const others = this.#photosOf(box).filter((one) => one !== photo && one.state === 'proposed');
    panel.open(photo, this.#nameOf(box, photo), others.length);
    if (isAsked) panel.focus();
  }

  /** Do with the photograph in sight, or with all that wait, what somebody decided. @param {Element} box @param {boolean} isCut @param {boolean} isForAll */
  async #decide(box, isCut, isForAll) {
    const panel = this.#panelOf(box);
    const { photo } = panel;
    if (!photo || photo.state === 'cutting') return;
    photo.corners = panel.corners;
    const waiting = this.#photosOf(box).filter(({ state }) => state === 'proposed');
    const chosen = isForAll ? [...new Set([photo, ...waiting])] : [photo];
    for (const one of chosen) {
      one.state = isCut ? 'cutting' : 'whole';
      if (isCut) one.done = this.#cut(box, one);
      else this.#put(box, one, one.original);
    }
    panel.photo = null;
    this.#draw(box);
    if (panel.photo) panel.focus();
    else panel.focusRow(this.#photosOf(box).indexOf(photo));
  }

  /** @param {Element} box @param {Photo} photo */
  async #cut(box, photo) {
    const { original, corners } = photo;
    try {
      const page = await this.finder.cut(original, corners);
      const file = new File([page], `${original.name.replace(/\.[^.]*$/, '')}.jpg`, { type: page.type });
      photo.state = 'cut';
      this.#photos.set(file, photo);
      this.#put(box, photo, file);
      this.#tell(box, 'done', photo);
    } catch {
      photo.state = 'failed';
      this.#put(box, photo, original);
      this.#tell(box, 'failed', photo);
    }
  }

  /** Let a photograph stand in the list as a file, at its place. @param {Element} box @param {Photo} photo @param {File} file */
  #put(box, photo, file) {
    const list = this.pages.filesOf(box);
    if (list.includes(file)) return this.#draw(box);
    const next = list.map((one) => (this.#photos.get(one) === photo ? file : one));
    const panel = this.#panelOf(box);
    const back = panel.focusKept();
    this.pages.setFiles(box, next);
    this.pages.showPages(box); // which calls `show`
    back();
  }
}
