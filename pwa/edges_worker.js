/**
 * The worker that finds pages on photographs and cuts them out, so that the page never stands still for it. Its script comes
 * with a policy of its own that admits nothing at all: what it needs is sent to it, and nothing leaves it but the answer.
 *
 * Takes {file, corners?}: with corners the page is cut out, without them it is looked for.
 * Answers {found: Corner[]|null} or {cut: Blob} (JPEG, upright as it was held), or {error}.
 */
import { flatSize } from './outline.js';
import { findPage, LOOK_PX, layFlat } from './page_edges.js';

const QUALITY = 0.92;

addEventListener('message', async ({ data: { file, corners } }) => {
  try {
    postMessage(corners ? { cut: await cutOut(file, corners) } : { found: await look(file) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});

/** @param {Blob} file */
async function look(file) {
  const taken = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const { width, height } = taken;
  const canvas = drawn(taken, Math.min(1, LOOK_PX / Math.max(width, height)));
  return findPage(contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height));
}

/** @param {Blob} file @param {import('./outline.js').Corner[]} corners */
async function cutOut(file, corners) {
  const taken = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const { width, height, scale } = flatSize(corners, taken);
  const flat = await layFlat(drawn(taken, scale), corners);
  const page = new OffscreenCanvas(width, height);
  const drawing = contextOf(page);
  drawing.imageSmoothingQuality = 'high';
  drawing.drawImage(flat, 0, 0, width, height);
  return page.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}

/** Draw a picture on white at a share of its size, and let go of it. @param {ImageBitmap} taken @param {number} scale */
function drawn(taken, scale) {
  const canvas = new OffscreenCanvas(Math.round(taken.width * scale), Math.round(taken.height * scale));
  const drawing = contextOf(canvas);
  drawing.imageSmoothingQuality = 'high';
  drawing.fillStyle = '#fff';
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.drawImage(taken, 0, 0, canvas.width, canvas.height);
  taken.close();
  return canvas;
}

/** @param {OffscreenCanvas} canvas */
const contextOf = (canvas) =>
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
