/** Pages found on photographs and laid flat: with the library itself, on photographs whose corners are known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaOf, BY_HAND, flatSize, isPage, LONGEST_PX } from '../../pwa/outline.js';
import { PlainCanvas, photograph } from './photographs.mjs';

globalThis.OffscreenCanvas = PlainCanvas;
const { findPage, layFlat } = await import('../../pwa/page_edges.js');

const UPRIGHT = { width: 600, height: 800 };
/** How far a corner may be from where it is, in shares of the photograph: 16 of 800 pixels. */
const NEAR = 0.02;
const corners = (...pairs) => pairs.map(([x, y]) => ({ x, y }));
const TURNED = corners([0.14, 0.15], [0.83, 0.08], [0.91, 0.85], [0.21, 0.91]);
const ASLANT = corners([0.23, 0.2], [0.75, 0.19], [0.92, 0.87], [0.08, 0.9]);
const ACROSS = corners([0.12, 0.1], [0.9, 0.14], [0.88, 0.89], [0.13, 0.9]);

/** @param {{x: number, y: number}[]|null} found @param {{x: number, y: number}[]} wanted */
function assertNear(found, wanted) {
  assert.ok(found, 'found');
  const far = found.map(({ x, y }, at) => Math.hypot(x - wanted[at].x, y - wanted[at].y));
  assert.ok(Math.max(...far) < NEAR, `within ${NEAR}: ${far.map((one) => one.toFixed(4))}`);
}

for (const [name, how, wanted] of [
  ['turned', { ...UPRIGHT, corners: TURNED }, TURNED],
  ['seen aslant', { ...UPRIGHT, corners: ASLANT }, ASLANT],
  ['on a light table', { ...UPRIGHT, corners: TURNED, table: 196 }, TURNED],
  ['across', { width: 800, height: 600, corners: ACROSS }, ACROSS],
  ['with a box printed on it', { ...UPRIGHT, corners: TURNED, frame: true }, TURNED],
])
  test(`a page ${name} is found`, async () => assertNear(await findPage(photograph(how)), wanted));

for (const [name, how] of [
  ['a table', UPRIGHT],
  [
    'a scan, which is all page',
    { ...UPRIGHT, corners: corners([-0.1, -0.1], [1.1, -0.1], [1.1, 1.1], [-0.1, 1.1]) },
  ],
  [
    'a scan with a box printed on it',
    { ...UPRIGHT, corners: corners([0, 0], [1, 0], [1, 1], [0, 1]), frame: true },
  ],
  ['dark paper on a light table', { ...UPRIGHT, corners: TURNED, table: 240, paper: 120 }],
  [
    'a slip that lies far away',
    { ...UPRIGHT, corners: corners([0.3, 0.3], [0.55, 0.3], [0.55, 0.55], [0.3, 0.55]) },
  ],
])
  test(`nothing is cut out of ${name}`, async () => assert.equal(await findPage(photograph(how)), null));

test('a page seen aslant is laid flat: its margins are paper, its bar is at the top', async () => {
  const taken = photograph({ ...UPRIGHT, corners: ASLANT });
  const flat = await layFlat(Object.assign(new PlainCanvas(600, 800), { data: taken.data }), ASLANT);
  const light = (u, v) =>
    flat.data[(Math.floor(v * (flat.height - 1)) * flat.width + Math.floor(u * (flat.width - 1))) * 4];
  for (const [u, v] of [
    [0.02, 0.02],
    [0.98, 0.02],
    [0.98, 0.98],
    [0.02, 0.98],
    [0.5, 0.04],
    [0.05, 0.5],
  ])
    assert.ok(light(u, v) > 200, `paper at ${u}, ${v}: ${light(u, v)}`);
  for (const u of [0.2, 0.5, 0.85]) assert.ok(light(u, 0.09) < 80, `the bar at ${u}: ${light(u, 0.09)}`);
});

test('no WebAssembly is needed for any of it', () => assert.equal(globalThis.WebAssembly, undefined));

test('corners that cross, or make next to nothing, are no page', () => {
  const [a, b, c, d] = TURNED;
  assert.ok(isPage(TURNED) && isPage(BY_HAND));
  assert.ok(!isPage([b, a, c, d]));
  assert.ok(!isPage([a, b, { x: 0.3, y: 0.3 }, d]));
  assert.ok(!isPage(TURNED.map(({ x, y }) => ({ x: x / 20, y: y / 20 }))));
  assert.ok(Math.abs(areaOf(corners([0, 0], [1, 0], [1, 1], [0, 1])) - 1) < 1e-9);
});

test('a page keeps the pixels of its photograph, up to 300 dots per inch, and is of the proportions of A4', () => {
  // 12 megapixels, of which the page has about 1,800 by 2,500
  const some = flatSize(corners([0.2, 0.2], [0.8, 0.2], [0.8, 0.83], [0.2, 0.83]), {
    width: 3000,
    height: 4000,
  });
  assert.ok(some.width >= 1800 && some.height >= 2520 && some.scale === 1);
  assert.ok(Math.abs(some.height / some.width - Math.SQRT2) < 0.002);
  const all = corners([0, 0], [1, 0], [1, 1], [0, 1]);
  const large = flatSize(all, { width: 6000, height: 8000 });
  assert.equal(large.height, LONGEST_PX);
  assert.ok(large.width >= 1654 && large.scale < 1);
  const across = flatSize(all, { width: 4000, height: 3000 });
  assert.ok(across.width > across.height);
  const receipt = flatSize(all, { width: 1000, height: 3000 });
  assert.deepEqual([receipt.width, receipt.height], [1000, 3000], 'what is no sheet keeps its proportions');
});
