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

/** What every answer carries; a page sets its own policy. */
export const securityHeaders =
  (secure: boolean): MiddlewareHandler =>
  async (c, next) => {
    await next();
    const { headers } = c.res;
    const set = (name: string, value: string): void => {
      if (!headers.has(name)) headers.set(name, value);
    };
    set('content-security-policy', dataPolicy);
    set('x-content-type-options', 'nosniff');
    set('referrer-policy', 'no-referrer');
    set('x-frame-options', 'DENY');
    set('cross-origin-opener-policy', 'same-origin');
    set('cross-origin-resource-policy', 'same-origin');
    set('cache-control', 'no-store');
    if (secure) set('strict-transport-security', 'max-age=31536000');
  };
