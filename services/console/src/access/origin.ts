import type { Context } from 'hono';
import { ConsoleError } from '../errors.js';

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * A browser sends the session cookie along whoever made it ask. What changes something must therefore come from our own pages: the
 * Origin header says from where, Sec-Fetch-Site says it again, and a page elsewhere can forge neither. A request without both does
 * not come from a browser of this decade, and is refused as well.
 * @throws ConsoleError `origin_refused`
 */
export function refuseForeign(c: Context, origins: ReadonlySet<string>): void {
  if (!changing.has(c.req.method)) return;
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const ours = origin !== undefined && origins.has(origin) && (site === undefined || site === 'same-origin');
  if (ours) return;
  throw new ConsoleError('origin_refused', 'this request comes from another site, and nothing was done', {
    next: 'Do it from the console’s own pages, or send an API key instead of the cookie.',
  });
}

/** Names under which this server may be asked: another one may have been made to point here by whoever runs it. */
export function refuseForeignHost(c: Context, hosts: ReadonlySet<string>): void {
  const host = c.req.header('host')?.toLowerCase();
  if (host !== undefined && hosts.has(host)) return;
  throw new ConsoleError('origin_refused', 'this server is not known by that name', {
    next: 'Ask it by the name in console.public_url of marketops.yml.',
  });
}
