/** The part of Web Crypto that the worker uses, in no time: real keys and signatures, the same keys for the same seed. */
import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { keepAsIs } from './clock.mjs';

keepAsIs(KeyObject); // a browser keeps a key in its database without its being read

const CURVE = 'prime256v1';
const HALF = 32;

/** @param {Uint8Array} bytes */
const whole = (bytes) => new Uint8Array(bytes).buffer;
/** @param {BufferSource} source */
const bytesOf = (source) => (ArrayBuffer.isView(source) ? source : new Uint8Array(source));

/** @param {string} salt */
function pairOf(salt) {
  const pair = createECDH(CURVE);
  pair.setPrivateKey(createHash('sha256').update(salt).digest());
  const point = pair.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + HALF), point.subarray(1 + HALF)];
  const numbers = { x, y, d: pair.getPrivateKey() };
  const texts = Object.fromEntries(
    Object.entries(numbers).map(([name, one]) => [name, one.toString('base64url')]),
  );
  const privateKey = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', ...texts }, format: 'jwk' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** @param {() => string} uuid */
export const cryptoOf = (uuid) => ({
  randomUUID: uuid,
  subtle: {
    digest: async (_algorithm, source) => whole(createHash('sha256').update(bytesOf(source)).digest()),
    generateKey: async () => pairOf(uuid()),
    exportKey: async (_format, key) => whole(key.export({ type: 'spki', format: 'der' })),
    importKey: async (_format, source) =>
      createPublicKey({ key: Buffer.from(bytesOf(source)), type: 'spki', format: 'der' }),
    sign: async (_algorithm, key, source) =>
      whole(sign('sha256', bytesOf(source), { key, dsaEncoding: 'ieee-p1363' })),
    verify: async (_algorithm, key, signature, source) =>
      verify(null, bytesOf(source), key, bytesOf(signature)),
  },
});
