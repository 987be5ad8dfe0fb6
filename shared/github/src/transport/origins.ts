import { isLoopback } from '@marketops/contracts';
import { GitHubError } from '../errors.js';

/** The two places a token may go to. Both without a slash at the end. */
export interface Origins {
  /** `https://api.github.com`; with a path for GitHub Enterprise Server, `https://github.example/api/v3`. */
  readonly apiUrl: string;
  /** Where release assets are uploaded. */
  readonly uploadsUrl: string;
}

const refuse = (message: string): GitHubError => new GitHubError('origin_refused', message);

/** A base URL in its normal form. Plain HTTP only on loopback: elsewhere it would show the token to the network. */
function baseOf(text: string, what: string): string {
  if (!URL.canParse(text)) throw refuse(`The ${what} is not a URL.`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw refuse(`The ${what} must be an origin, with at most a path.`);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw refuse(`The ${what} ${url.origin} must use https; http is for loopback only.`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/**
 * The origins in force. GitHub's own API has a host for uploads, and so has each enterprise with data residency
 * (`api.octocorp.ghe.com` → `uploads.octocorp.ghe.com`); GitHub Enterprise Server has a path beside its API's
 * (`/api/v3` → `/api/uploads`); anything else uploads to the API's origin unless told otherwise.
 */
export function originsOf(apiUrl: string, uploadUrl?: string): Origins {
  const api = baseOf(apiUrl, 'API URL');
  if (uploadUrl !== undefined) return { apiUrl: api, uploadsUrl: baseOf(uploadUrl, 'upload URL') };
  if (api === 'https://api.github.com') return { apiUrl: api, uploadsUrl: 'https://uploads.github.com' };
  const residency = /^https:\/\/api\.([a-z0-9-]+\.ghe\.com)$/.exec(api)?.[1];
  if (residency !== undefined) return { apiUrl: api, uploadsUrl: `https://uploads.${residency}` };
  return { apiUrl: api, uploadsUrl: api.replace(/\/api\/v3$/, '/api/uploads') };
}

/**
 * The URL a request goes to, or `origin_refused`. It must lie below one of the two bases exactly as written: a URL
 * that its parser would rewrite (dot segments, encoded ones included, backslashes, credentials) may name another
 * endpoint than the one that was checked.
 */
export function targetOf(origins: Origins, url: string): URL {
  const base = [origins.apiUrl, origins.uploadsUrl].find((one) => url.startsWith(`${one}/`));
  if (base === undefined || !URL.canParse(url)) {
    const where = URL.canParse(url) ? new URL(url).origin : 'something that is no URL';
    throw refuse(`Refused to send a request to ${where.slice(0, 200)}: it is not an allowed origin.`);
  }
  const target = new URL(url);
  const written = url.slice(target.origin.length).split(/[?#]/, 1)[0];
  if (!url.startsWith(target.origin) || written !== target.pathname || target.username !== '') {
    throw refuse(`Refused a URL below ${base} that would be read as another one.`);
  }
  return target;
}
