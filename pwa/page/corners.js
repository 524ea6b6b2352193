/**
 * The outline over a photograph, whose four corners are buttons: they are dragged, moved by the arrow keys (ten times as far with
 * Shift), and whoever can do neither taps where the nearest corner is to be.
 */
import { isPage } from '../outline.js';

/** @typedef {import('../outline.js').Corner} Corner */

/** One step of an arrow key, in shares of the photograph; with Shift `FAR` of them. */
const STEP = 1 / 400;
const FAR = 10;
/** @type {Record<string, readonly [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class CornerEditor {
  /** @type {Corner[]} */
  corners = [];
  /** From where the finger is to the middle of the corner that it drags, in pixels. */
  #grip = { x: 0, y: 0 };

  /**
   * @param {HTMLElement} frame  exactly as large as the photograph, with an <svg> and four [data-corner] buttons
   * @param {(at: number) => void} onMove  called after a corner was moved, with its index
   */
  constructor(frame, onMove) {
    this.frame = frame;
    this.onMove = onMove;
    this.handles = /** @type {HTMLElement[]} */ ([...frame.querySelectorAll('[data-corner]')]);
    for (const [at, handle] of this.handles.entries()) {
      handle.addEventListener('pointerdown', (event) => this.#hold(handle, event));
      handle.addEventListener('pointermove', (event) => {
        if (handle.hasPointerCapture(event.pointerId))
          this.#move(at, this.#shareAt(event.clientX + this.#grip.x, event.clientY + this.#grip.y));
      });
      handle.addEventListener('keydown', (event) => this.#step(at, event));
    }
    frame.addEventListener('click', (event) => this.#tap(event));
  }

  /** @param {readonly Corner[]} corners */
  show(corners) {
    this.corners = corners.map(({ x, y }) => ({ x, y }));
    this.#draw();
  }

  /** @param {HTMLElement} handle @param {PointerEvent} event */
  #hold(handle, event) {
    const { left, top, width, height } = handle.getBoundingClientRect();
    this.#grip = { x: left + width / 2 - event.clientX, y: top + height / 2 - event.clientY };
    handle.setPointerCapture(event.pointerId);
  }

  /** @param {number} at @param {KeyboardEvent} event */
  #step(at, event) {
    const way = ARROWS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const far = STEP * (event.shiftKey ? FAR : 1);
    const { x, y } = this.corners[at];
    this.#move(at, { x: x + way[0] * far, y: y + way[1] * far });
  }

  /** Put the nearest corner where somebody tapped. @param {MouseEvent} event */
  #tap(event) {
    if (event.target instanceof Element && event.target.closest('[data-corner]')) return;
    const { width, height } = this.frame.getBoundingClientRect();
    const to = this.#shareAt(event.clientX, event.clientY);
    const far = this.corners.map(({ x, y }) => Math.hypot((x - to.x) * width, (y - to.y) * height));
    const at = far.indexOf(Math.min(...far));
    this.#move(at, to);
    this.handles[at].focus();
  }

  /** @param {number} x @param {number} y @returns {Corner} */
  #shareAt(x, y) {
    const { left, top, width, height } = this.frame.getBoundingClientRect();
    return { x: (x - left) / width, y: (y - top) / height };
  }

  /** Move a corner as far as a page remains. @param {number} at @param {Corner} to */
  #move(at, to) {
    const within = (/** @type {number} */ share) => Math.min(1, Math.max(0, share));
    const moved = { x: within(to.x), y: within(to.y) };
    const next = this.corners.map((one, index) => (index === at ? moved : one));
    if (!isPage(next)) return;
    this.corners = next;
    this.#draw();
    this.onMove(at);
  }

  #draw() {
    const line = this.corners.map(({ x, y }) => `${x} ${y}`).join('L');
    // what is left out lies between the frame and the outline
    this.frame.querySelector('[data-left-out]')?.setAttribute('d', `M0 0H1V1H0ZM${line}Z`);
    for (const path of this.frame.querySelectorAll('[data-outline]')) path.setAttribute('d', `M${line}Z`);
    for (const [at, { style }] of this.handles.entries()) {
      style.left = `${this.corners[at].x * 100}%`;
      style.top = `${this.corners[at].y * 100}%`;
    }
  }
}
