/** What the headers say of the pages that the worker answers. */

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** @param {string} [styles]  how the styles that stand in the page itself are named */
export const headersOf = (styles = '') => ({
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': POLICY.replace("style-src 'self'", `$& ${styles}`.trim()),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store',
});
