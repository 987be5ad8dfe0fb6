import { StoreError } from '../errors.js';

/** As whom one speaks to Redis. Without a name it is the user `default`. */
export interface RedisCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** The same Redis, spoken to as somebody. What the URL said of credentials is replaced. */
export function withCredentials(url: string, { username, password }: RedisCredentials): string {
  const socket = socketOf(url);
  if (socket === undefined) {
    const parsed = parseAddress(url);
    parsed.username = encodeURIComponent(username ?? '');
    parsed.password = encodeURIComponent(password ?? '');
    return parsed.href;
  }
  const { path, parameters } = socket;
  for (const [name, value] of Object.entries({ username, password })) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}

/** The path of a Unix socket with what follows it; undefined for a URL. */
export function socketOf(
  url: string,
): { readonly path: string; readonly parameters: URLSearchParams } | undefined {
  const address = url.startsWith('unix://') ? url.slice('unix://'.length) : url;
  if (!address.startsWith('/')) return undefined;
  const [path = '', query] = address.split('?');
  return { path, parameters: new URLSearchParams(query) };
}

/** @throws StoreError `store_unavailable` */
export function parseAddress(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  // It is not quoted: a password may stand in it.
  throw new StoreError('store_unavailable', 'the Redis URL cannot be read', {
    next: 'Write redis://host:port, rediss://host:port or the path of a Unix socket.',
  });
}
