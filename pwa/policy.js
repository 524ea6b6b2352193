/** What the headers say of the pages that the worker answers; the policy is the server's (server/web/security.py). */
import policy from './content_policy.json' with { type: 'json' };

const POLICY = policy.join('; ');

/** @param {string} [styles]  how the styles that stand in the page itself are named */
export const headersOf = (styles = '') => ({
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': POLICY.replace("style-src 'self'", `$& ${styles}`.trim()),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store',
});
