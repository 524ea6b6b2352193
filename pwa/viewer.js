/**
 * Shows a PDF in the page: canvases drawn when they come into view, with the text of each page for those who listen
 * and for copying. Loaded only where there is a file to show. Nothing inside a PDF is ever run.
 */
import { GlobalWorkerOptions, getDocument, TextLayer } from 'pdfjs-dist';

const LARGEST_SCALE = 3;
const SHARPEST = 2;

/**
 * Show the file that a frame names.
 * @param {HTMLElement} frame  with data-src, and the words data-loading, data-missing, data-broken, data-download
 */
export async function showFile(frame) {
  frame.dataset.shown = '';
  say(frame, frame.dataset.loading);
  const body = await fetchBody(frame.dataset.src ?? '');
  if (!body) {
    delete frame.dataset.shown; // another try when the fragment is loaded again
    say(frame, frame.dataset.missing);
    return;
  }
  try {
    GlobalWorkerOptions.workerSrc = BUILD_PDFJS.worker;
    const pdf = await getDocument({
      data: body,
      enableXfa: false,
      useWasm: false, // the policy of the page forbids it; pdf.js has the same decoders in JavaScript
      cMapUrl: BUILD_PDFJS.cmaps,
      standardFontDataUrl: BUILD_PDFJS.standard_fonts,
      wasmUrl: BUILD_PDFJS.wasm,
    }).promise;
    await new Pages(frame, pdf).lay();
  } catch {
    say(frame, frame.dataset.broken);
    frame.append(downloadLink(frame));
  }
}

/** @param {string} url @returns {Promise<ArrayBuffer|null>} null: it is neither here nor to be had now */
async function fetchBody(url) {
  try {
    const answer = await fetch(url);
    return answer.ok ? await answer.arrayBuffer() : null;
  } catch {
    return null;
  }
}

/** @param {HTMLElement} frame @param {string|undefined} text */
function say(frame, text = '') {
  const line = document.createElement('p');
  line.className = 'muted';
  line.textContent = text;
  frame.replaceChildren(line);
}

/** @param {HTMLElement} frame */
function downloadLink(frame) {
  const link = document.createElement('a');
  link.className = 'btn';
  link.href = frame.dataset.src ?? '';
  link.target = '_blank';
  link.rel = 'noopener';
  link.textContent = frame.dataset.download ?? '';
  return link;
}

/** The pages of one file inside a frame. */
class Pages {
  /** @param {HTMLElement} frame @param {any} pdf */
  constructor(frame, pdf) {
    this.frame = frame;
    this.pdf = pdf;
    this.zoom = 1;
    /** @type {HTMLElement[]} */
    this.sheets = [];
    /** @type {Map<HTMLElement, any>} */
    this.drawings = new Map();
    this.watcher = new IntersectionObserver((entries) => this.see(entries), {
      root: frame,
      rootMargin: '600px 0px',
    });
  }

  /** Lay out an empty sheet of the right shape for each page. */
  async lay() {
    const first = await this.pdf.getPage(1);
    const { width, height } = first.getViewport({ scale: 1 });
    this.counter = document.createElement('output');
    this.counter.className = 'viewer-count';
    this.sheets = Array.from({ length: this.pdf.numPages }, (_, index) => {
      const sheet = document.createElement('div');
      sheet.className = 'viewer-sheet';
      sheet.dataset.page = String(index + 1);
      sheet.setAttribute('role', 'group');
      sheet.setAttribute('aria-label', `${index + 1} / ${this.pdf.numPages}`);
      sheet.style.aspectRatio = `${width} / ${height}`;
      return sheet;
    });
    this.frame.replaceChildren(this.counter, ...this.sheets);
    for (const sheet of this.sheets) this.watcher.observe(sheet);
    this.frame.addEventListener('scroll', () => this.count(), { passive: true });
    this.frame.addEventListener('keydown', (event) => this.key(event));
    this.count();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  see(entries) {
    for (const { target, isIntersecting } of entries) {
      const sheet = /** @type {HTMLElement} */ (target);
      if (isIntersecting) this.draw(sheet);
      else this.clear(sheet);
    }
  }

  /** Draw a page as wide as the frame. @param {HTMLElement} sheet */
  async draw(sheet) {
    if (this.drawings.has(sheet)) return;
    this.drawings.set(sheet, null);
    const page = await this.pdf.getPage(Number(sheet.dataset.page));
    const plain = page.getViewport({ scale: 1 });
    sheet.style.aspectRatio = `${plain.width} / ${plain.height}`;
    const scale = sheet.clientWidth / plain.width;
    sheet.style.setProperty('--total-scale-factor', String(scale));
    const sharpness = Math.min(SHARPEST, devicePixelRatio || 1);
    const canvas = document.createElement('canvas');
    const viewport = page.getViewport({ scale: scale * sharpness });
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    const task = page.render({ canvas, viewport });
    this.drawings.set(sheet, task);
    try {
      await task.promise;
    } catch {
      return; // scrolled away before it was done
    }
    const words = document.createElement('div');
    words.className = 'textLayer';
    sheet.replaceChildren(canvas, words);
    const container = words;
    const textContentSource = await page.getTextContent();
    await new TextLayer({ textContentSource, container, viewport: page.getViewport({ scale }) }).render();
  }

  /** Give the memory of a page far out of view back. @param {HTMLElement} sheet */
  clear(sheet) {
    this.drawings.get(sheet)?.cancel?.();
    this.drawings.delete(sheet);
    sheet.replaceChildren();
  }

  /** Say which page is in view. */
  count() {
    const { scrollTop, clientHeight } = this.frame;
    const middle = scrollTop + clientHeight / 2;
    const index = this.sheets.findIndex(
      (sheet) => sheet.offsetTop - this.frame.offsetTop + sheet.offsetHeight > middle,
    );
    this.current = index < 0 ? this.sheets.length - 1 : index;
    if (this.counter) this.counter.value = `${this.current + 1} / ${this.sheets.length}`;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const zoom = { '+': 1.25, '=': 1.25, '-': 0.8, 0: 0 }[event.key];
    const step = { n: 1, p: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.ctrlKey || event.metaKey || (zoom === undefined && step === undefined)) return;
    event.preventDefault();
    if (step !== undefined) this.sheets[(this.current ?? 0) + step]?.scrollIntoView({ block: 'start' });
    else this.setZoom(zoom === 0 ? 1 : this.zoom * /** @type {number} */ (zoom));
  }

  /** @param {number} zoom 1 is as wide as the frame */
  setZoom(zoom) {
    this.zoom = Math.min(LARGEST_SCALE, Math.max(1, zoom));
    for (const sheet of this.sheets) {
      sheet.style.width = `${this.zoom * 100}%`;
      this.clear(sheet);
      this.watcher.unobserve(sheet);
      this.watcher.observe(sheet);
    }
  }
}
