import { isLoopback } from '@marketops/contracts';
import { ConfigError } from '../errors.js';

/** `api.octocorp.ghe.com`: GitHub Enterprise Cloud with data residency has a host of its own per enterprise. */
const residency = /^api\.([a-z0-9-]+)\.ghe\.com$/;

/** What is wrong with a URL of GitHub's API or uploads; undefined where nothing is. Never quotes what may be a password. */
export function githubUrlFault(text: string, kind: 'api' | 'upload'): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL';
  const { protocol, hostname, username, password, search, hash, pathname } = new URL(text);
  if (username !== '' || password !== '') return 'must have no user and no password in it';
  if (search !== '' || hash !== '') return 'must be an origin, with at most a path';
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname)))
    return 'must use https: http would show the token to the network, and is for this machine only';
  return kind === 'api' ? apiFault(hostname, pathname.replace(/\/+$/, '')) : undefined;
}

function apiFault(hostname: string, path: string): string | undefined {
  if (hostname === 'github.com' || hostname === 'www.github.com')
    return 'is where people go: the API is https://api.github.com';
  if (hostname === 'ghe.com' || (hostname.endsWith('.ghe.com') && !residency.test(hostname)))
    return 'is where people go: the API is https://api.SUBDOMAIN.ghe.com';
  if ((hostname === 'api.github.com' || residency.test(hostname)) && path !== '')
    return `must have no path: /api/v3 belongs to a GitHub Enterprise Server`;
  if (/\/graphql$/.test(path))
    return 'is not the REST API: on a GitHub Enterprise Server that is https://HOST/api/v3';
  if (/\/api\/v3\/./.test(path)) return 'must end with /api/v3';
  return undefined;
}

/** @param from which setting it is, for what is thrown @throws ConfigError `config_invalid` */
export function checkedGitHubUrl(text: string, kind: 'api' | 'upload', from: string): string {
  const fault = githubUrlFault(text, kind);
  if (fault === undefined) return text.replace(/\/+$/, '');
  throw new ConfigError('config_invalid', `${from} ${fault}`, {
    next: 'GitHub: https://api.github.com; a GitHub Enterprise Server: https://HOST/api/v3; data residency: https://api.SUBDOMAIN.ghe.com.',
    faults: [{ path: from, message: fault }],
  });
}

/**
 * Where assets are uploaded to, as far as the API's URL tells: GitHub and each data residency have a host for them, an
 * Enterprise Server a path beside the API's, and anything else takes them where its API is.
 */
export function uploadUrlFor(apiUrl: string): string {
  const api = apiUrl.replace(/\/+$/, '');
  const { protocol, hostname } = new URL(api);
  if (hostname === 'api.github.com') return `${protocol}//uploads.github.com`;
  const subdomain = residency.exec(hostname)?.[1];
  if (subdomain !== undefined) return `${protocol}//uploads.${subdomain}.ghe.com`;
  return api.replace(/\/api\/v3$/, '/api/uploads');
}
