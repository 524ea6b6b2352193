/**
 * Finds the page on a photograph and lays it flat; the one place that knows the library that does it (scanic, MIT).
 *
 * It does its work in JavaScript here: with WebAssembly it is faster by a tenth of a second and finds no more, and some
 * policy would have to admit that (ADR 0024).
 */
import { extractDocument, Scanner } from 'scanic';
import { isPage } from './outline.js';

/** @typedef {import('./outline.js').Corner} Corner */

/** Longest side, in pixels, of the picture in which the page is looked for: more finds letters and table grain. */
export const LOOK_PX = 800;
/** How sure the library has to be, 0 to 1; less than a tenth of the photograph is never that. */
const SURE = 0.7;
/** How much brighter than the table the paper has to be along every edge (of 255): a box printed on a page is not. */
const BRIGHTER = 20;
/** How far from the edge, in shares of the picture's longest side, the paper and the table are looked at. */
const ASIDE = 0.02;

const NAMES = /** @type {const} */ (['topLeft', 'topRight', 'bottomRight', 'bottomLeft']);
/** @type {Scanner|undefined} */
let scanner;

/** Keep the library from WebAssembly, and give it canvases where there is no document. */
function prepare() {
  Reflect.deleteProperty(globalThis, 'WebAssembly');
  const scope = /** @type {any} */ (globalThis);
  scope.document ??= { createElement: () => new OffscreenCanvas(1, 1) };
  scanner ??= new Scanner({ maxProcessingDimension: LOOK_PX });
  return scanner;
}

/**
 * Find the page.
 * @param {ImageData} picture  of at most LOOK_PX on its longest side
 * @returns {Promise<Corner[]|null>} null: there is none, or none that is sure to be one
 */
export async function findPage(picture) {
  const { corners: found, confidence } = await prepare().scan(picture, { mode: 'detect' });
  if (!found || (confidence ?? 0) < SURE) return null;
  const inside = (/** @type {number} */ share) => Math.min(1, Math.max(0, share));
  const corners = NAMES.map((name) => ({
    x: inside(found[name].x / picture.width),
    y: inside(found[name].y / picture.height),
  }));
  return isPage(corners) && isPaper(picture, corners) ? corners : null;
}

/**
 * Lay the page flat.
 * @param {OffscreenCanvas} photograph @param {readonly Corner[]} corners
 * @returns {Promise<OffscreenCanvas>} with as many pixels as the longer one of each two sides has
 * @throws {Error} when the library cannot
 */
export async function layFlat(photograph, corners) {
  prepare();
  const at = Object.fromEntries(
    NAMES.map((name, index) => [
      name,
      { x: corners[index].x * photograph.width, y: corners[index].y * photograph.height },
    ]),
  );
  const { output, message } = await extractDocument(
    /** @type {any} */ (photograph),
    /** @type {any} */ (at),
    {
      output: 'canvas',
    },
  );
  if (!output) throw new Error(message);
  return /** @type {any} */ (output);
}

/**
 * Tell whether what is outlined is brighter than what lies around it, along every edge that has something around it.
 * @param {ImageData} picture @param {readonly Corner[]} corners
 */
function isPaper(picture, corners) {
  const points = corners.map(({ x, y }) => ({ x: x * picture.width, y: y * picture.height }));
  const away = ASIDE * Math.max(picture.width, picture.height);
  const steps = points.map((from, at) => {
    const to = points[(at + 1) % 4];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    // clockwise on a screen: outwards is to the left of the way from corner to corner
    const out = { x: ((to.y - from.y) / length) * away, y: ((from.x - to.x) / length) * away };
    const [paper, table] = [-1, 1].map((side) => {
      const seen = [];
      for (let share = 0.08; share < 0.93; share += 0.02) {
        const x = from.x + (to.x - from.x) * share + out.x * side;
        const y = from.y + (to.y - from.y) * share + out.y * side;
        const light = lightAt(picture, Math.round(x), Math.round(y));
        if (light !== null) seen.push(light);
      }
      return middle(seen);
    });
    return paper === null || table === null ? null : paper - table;
  });
  const known = steps.filter((step) => step !== null);
  return known.length > 0 && known.every((step) => step >= BRIGHTER);
}

/** Brightness of a point, 0 to 255 (ITU-R BT.601); null outside. @param {ImageData} picture @param {number} x @param {number} y */
function lightAt({ data, width, height }, x, y) {
  if (x < 0 || y < 0 || x >= width || y >= height) return null;
  const at = (y * width + x) * 4;
  return 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
}

/** The one in the middle; null of too few to tell. @param {number[]} numbers */
const middle = (numbers) => (numbers.length < 8 ? null : numbers.sort((a, b) => a - b)[numbers.length >> 1]);
