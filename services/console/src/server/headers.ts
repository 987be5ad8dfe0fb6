import type { MiddlewareHandler } from 'hono';

/** For pages: nothing but our own files, no script or style in the page itself, in nobody’s frame. */
export const pagePolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
/** For answers that are no pages: they load nothing. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'";

/** What every answer carries; a page sets its own policy, and what may be kept says so. */
export const everyAnswer = {
  'content-security-policy': dataPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Puts them on the answers of the app, but where those have their own. */
export const securityHeaders =
  (secure: boolean): MiddlewareHandler =>
  async (c, next) => {
    await next();
    const { headers } = c.res;
    for (const [name, value] of Object.entries(everyAnswer)) if (!headers.has(name)) headers.set(name, value);
    if (secure) headers.set('strict-transport-security', 'max-age=31536000');
  };
