/** Frames to and from the Python side: a line of JSON and a body of so many bytes. Waiting stops the whole process. */
import { readSync, writeSync } from 'node:fs';

const NEWLINE = 10;
let rest = Buffer.alloc(0);

const buffer = Buffer.allocUnsafeSlow(1 << 20);

function read() {
  const count = readSync(0, buffer);
  if (count === 0) process.exit(0);
  return Buffer.from(buffer.subarray(0, count));
}

/** @returns {{header: any, body: Buffer}} the next frame */
export function receive() {
  let end = rest.indexOf(NEWLINE);
  while (end < 0) {
    rest = Buffer.concat([rest, read()]);
    end = rest.indexOf(NEWLINE);
  }
  const header = JSON.parse(rest.subarray(0, end).toString());
  const pieces = [rest.subarray(end + 1)];
  let length = pieces[0].length;
  while (length < header.length) {
    const piece = read();
    pieces.push(piece);
    length += piece.length;
  }
  const whole = Buffer.concat(pieces);
  rest = whole.subarray(header.length);
  return { header, body: whole.subarray(0, header.length) };
}

/** @param {Record<string, any>} header @param {Uint8Array} [body] */
export function send(header, body = new Uint8Array()) {
  const frame = Buffer.concat([Buffer.from(`${JSON.stringify({ ...header, length: body.length })}\n`), body]);
  for (let at = 0; at < frame.length; ) at += writeSync(1, frame, at);
}

/** Ask the Python side and wait for its answer. */
export function ask(header, body) {
  send(header, body);
  return receive();
}
