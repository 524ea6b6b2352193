/**
 * The outline of a page on a photograph: four corners, clockwise from the one at the top left, each in shares of the
 * photograph's width and height (0 to 1), so that it stays true at every size at which the photograph is shown or cut.
 *
 * @typedef {{x: number, y: number}} Corner
 */

/** Pixels along the long side of A4 at 300 dots per inch: a camera has more, and the network in the field is thin. */
export const LONGEST_PX = 3_508;
/** Long side to short side of A4, and of every other size of that row (ISO 216). */
const A_ROW = Math.SQRT2;
/** How far the sides may seem to be from that: a sheet that was photographed aslant looks shorter than it is. */
const ASLANT = 0.22;
/** The smallest part of the photograph that is still worth being a page. */
const SMALLEST = 0.02;

/** The outline of nothing but the photograph's own middle, for whoever draws it by hand. @type {readonly Corner[]} */
export const BY_HAND = [
  { x: 0.06, y: 0.06 },
  { x: 0.94, y: 0.06 },
  { x: 0.94, y: 0.94 },
  { x: 0.06, y: 0.94 },
];

/** Twice the area of the turn from a over b to c; positive when it is clockwise on a screen. @param {Corner} a @param {Corner} b @param {Corner} c */
const turn = (a, b, c) => (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);

/** What part of the photograph an outline takes in, 0 to 1. @param {readonly Corner[]} corners */
export const areaOf = ([a, b, c, d]) => (turn(a, b, c) + turn(a, c, d)) / 2;

/** Tell whether corners make a page that can be laid flat: all turns one way, and not next to nothing. @param {readonly Corner[]} corners */
export const isPage = (corners) =>
  corners.length === 4 &&
  corners.every((one, at) => turn(one, corners[(at + 1) % 4], corners[(at + 2) % 4]) > 0) &&
  areaOf(corners) >= SMALLEST;

/**
 * Lay out how large the page becomes: no side has fewer pixels than the photograph has of it, up to 300 dots per inch of
 * A4, and what is nearly of the proportions of A4 is of exactly those.
 * @param {readonly Corner[]} corners @param {{width: number, height: number}} photograph in pixels
 * @returns {{width: number, height: number, scale: number}} pixels; `scale`: what the photograph is shrunk by before, at most 1
 */
export function flatSize(corners, photograph) {
  const [top, right, bottom, left] = corners.map((one, at) => {
    const next = corners[(at + 1) % 4];
    return Math.hypot((next.x - one.x) * photograph.width, (next.y - one.y) * photograph.height);
  });
  let [width, height] = [Math.max(top, bottom), Math.max(left, right)];
  const longSeen = Math.max(width, height);
  const ratio = longSeen / Math.min(width, height);
  if (Math.abs(ratio / A_ROW - 1) < ASLANT) {
    const long = Math.max(longSeen, Math.min(width, height) * A_ROW);
    [width, height] = width > height ? [long, long / A_ROW] : [long / A_ROW, long];
  }
  const scale = Math.min(1, LONGEST_PX / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale), scale };
}
