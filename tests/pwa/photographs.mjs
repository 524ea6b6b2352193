/** Photographs of paper, made here: a white sheet with lines of words on a darker table, seen from any side. And canvases for Node. */

/**
 * Give the way from a unit square to four corners (Heckbert 1989, projective mapping of a square).
 * @param {{x: number, y: number}[]} corners clockwise from the top left @returns {number[]} nine of a 3x3 matrix, by rows
 */
function fromSquare([a, b, c, d]) {
  const [dx1, dx2, sx] = [b.x - c.x, d.x - c.x, a.x - b.x + c.x - d.x];
  const [dy1, dy2, sy] = [b.y - c.y, d.y - c.y, a.y - b.y + c.y - d.y];
  const whole = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / whole;
  const h = (dx1 * sy - sx * dy1) / whole;
  return [
    b.x - a.x + g * b.x,
    d.x - a.x + h * d.x,
    a.x,
    b.y - a.y + g * b.y,
    d.y - a.y + h * d.y,
    a.y,
    g,
    h,
    1,
  ];
}

/** The way back, up to a factor. @param {number[]} m */
const back = ([a, b, c, d, e, f, g, h, i]) => [
  e * i - f * h,
  c * h - b * i,
  b * f - c * e,
  f * g - d * i,
  a * i - c * g,
  c * d - a * f,
  d * h - e * g,
  b * g - a * h,
  a * e - b * d,
];

/**
 * Take a photograph.
 * @param {{width: number, height: number, corners?: {x: number, y: number}[], table?: number, paper?: number, frame?: boolean}} how
 *   corners in shares of the photograph; without them there is only the table; `frame`: a box is printed on the sheet
 * @returns {{width: number, height: number, data: Uint8ClampedArray}}
 */
export function photograph({ width, height, corners, table = 84, paper = 240, frame = false }) {
  const data = new Uint8ClampedArray(width * height * 4);
  const [a, b, c, d, e, f, g, h, i] = corners ? back(fromSquare(corners)) : [];
  let seed = 7;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const grain = (seed >> 16) % 9;
      let light = table + grain;
      if (corners) {
        const [px, py] = [(x + 0.5) / width, (y + 0.5) / height];
        const w = g * px + h * py + i;
        const [u, v] = [(a * px + b * py + c) / w, (d * px + e * py + f) / w];
        if (u >= 0 && u <= 1 && v >= 0 && v <= 1) light = inked(u, v, frame) ? 40 : paper - grain / 3;
      }
      data.set([light, light, light, 255], (y * width + x) * 4);
    }
  return { width, height, data };
}

/** Where the sheet has ink: lines of words in its margins, a thick bar at its top. @param {number} u @param {number} v @param {boolean} frame */
function inked(u, v, frame) {
  if (frame && (Math.abs(u - 0.5) > 0.44 || Math.abs(v - 0.5) > 0.44))
    return Math.max(Math.abs(u - 0.5), Math.abs(v - 0.5)) < 0.446;
  if (u < 0.13 || u > 0.9 || v < 0.08 || v > 0.92) return false;
  if (v < 0.1) return true;
  return Math.floor(v * 50) % 2 === 0 && Math.floor(u * 31 + Math.floor(v * 50) * 0.37) % 5 !== 0;
}

/** As much of a canvas as the adapter and its library use: pixels that are copied as they are, never scaled. */
export class PlainCanvas {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.data = new Uint8ClampedArray(0);
  }

  getContext() {
    const blank = (width, height) => ({ width, height, data: new Uint8ClampedArray(width * height * 4) });
    return {
      canvas: this,
      createImageData: blank,
      putImageData: (image) => {
        this.data = image.data;
      },
      drawImage: (source) => {
        this.data = source.data;
      },
      getImageData: (_x, _y, width, height) => ({ width, height, data: this.data }),
    };
  }
}
