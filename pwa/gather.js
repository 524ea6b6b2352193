/**
 * Puts what was photographed or scanned together into one PDF on the device, page after page in the order given, where
 * no server can be asked to (server/adapters/paper.py does it there). Only pages without a network load this.
 */
import { PDFDocument, PDFSignature } from '@cantoo/pdf-lib';
import { LONGEST_PX } from './outline.js';

/** Sides of A4 in points. */
const SHORT = 595.276;
const LONG = 841.89;
const QUALITY = 0.88;

/** A file that cannot become pages. */
export class UnfitFile extends Error {
  /** @param {string} name @param {'broken'|'signed'} reason */
  constructor(name, reason) {
    super(`${name}: ${reason}`);
    this.file_name = name;
    this.reason = reason;
  }
}

/**
 * Make one PDF of files.
 * @param {File[]} files
 * @param {(done: number, total: number) => void} onProgress  called before each file
 * @param {(file: File) => boolean} isReady  whether a file is a JPEG as it is to stand on its page, made on this device
 * @returns {Promise<File>} named after the first one
 * @throws {UnfitFile}
 */
export async function gather(files, onProgress, isReady = () => false) {
  const whole = await PDFDocument.create();
  for (const [at, file] of files.entries()) {
    onProgress(at + 1, files.length);
    if (file.type === 'application/pdf') await addPages(whole, file);
    else await lay(whole, await (isReady(file) ? file : drawnAnew(file)));
  }
  const bytes = /** @type {BlobPart} */ (await whole.save());
  const stem = (files[0]?.name ?? '').replace(/\.[^.]*$/, '');
  return new File([bytes], `${stem}.pdf`, { type: 'application/pdf' });
}

/** @param {PDFDocument} whole @param {File} file */
async function addPages(whole, file) {
  const bytes = await file.arrayBuffer();
  const part = await PDFDocument.load(bytes).catch(() => {
    throw new UnfitFile(file.name, 'broken');
  });
  // joined with others a signature would be worth nothing
  if (
    part
      .getForm()
      .getFields()
      .some((field) => field instanceof PDFSignature)
  )
    throw new UnfitFile(file.name, 'signed');
  for (const page of await whole.copyPages(part, part.getPageIndices())) whole.addPage(page);
}

/** Draw a picture anew, turned as it was held. @param {File} file @returns {Promise<Blob>} a JPEG */
async function drawnAnew(file) {
  const taken = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => {
    throw new UnfitFile(file.name, 'broken');
  });
  const less = Math.min(1, LONGEST_PX / Math.max(taken.width, taken.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(taken.width * less);
  canvas.height = Math.round(taken.height * less);
  const drawing = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
  drawing.fillStyle = '#fff';
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.drawImage(taken, 0, 0, canvas.width, canvas.height);
  taken.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  if (!(blob instanceof Blob)) throw new UnfitFile(file.name, 'broken');
  return blob;
}

/** Lay a JPEG on a page of A4, upright or across as it is. @param {PDFDocument} whole @param {Blob} jpeg */
async function lay(whole, jpeg) {
  const picture = await whole.embedJpg(await jpeg.arrayBuffer());
  const [width, height] = picture.width > picture.height ? [LONG, SHORT] : [SHORT, LONG];
  const scale = Math.min(width / picture.width, height / picture.height);
  const [wide, high] = [picture.width * scale, picture.height * scale];
  const page = whole.addPage([width, height]);
  page.drawImage(picture, { x: (width - wide) / 2, y: (height - high) / 2, width: wide, height: high });
}
