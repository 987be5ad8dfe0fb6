import { GitHubError } from '../errors.js';
import { stoppable } from './stopping.js';

/**
 * Gives the token for the next request. Asked before every request, so it should answer from memory. `rejected` is the
 * token that GitHub has just answered 401 to: then another one is wanted, and the same again means that there is none.
 */
export type TokenProvider = (rejected?: string) => Promise<string> | string;

export interface TokenSource {
  current(signal: AbortSignal | undefined): Promise<string>;
  /** Another token than the one GitHub refused, or null when there is none. */
  replacement(rejected: string, signal: AbortSignal | undefined): Promise<string | null>;
  /** Those that were in use last, for taking them out of texts. */
  readonly known: ReadonlySet<string>;
}

const knownMax = 16;

/** One visible ASCII word: anything else would not be a token, or would break out of its header. */
export function checkedToken(token: unknown): string {
  if (typeof token === 'string' && /^[\x21-\x7e]{4,4096}$/.test(token)) return token;
  throw new GitHubError('unauthorized', 'The token is missing, too short, or holds characters no token has.');
}

/** What a provider threw, without what it may say about a request: no request of the caller's was sent. */
function unavailable(thrown: unknown): GitHubError {
  if (!(thrown instanceof GitHubError)) {
    return new GitHubError('token_unavailable', 'The token could not be had from its provider.', {
      cause: thrown,
    });
  }
  if (!thrown.uncertain) return thrown;
  const { code, message, status, retryAfterMs } = thrown;
  return new GitHubError(code, message, {
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Notes a token among those in use last, to be blotted out of texts. */
export function rememberToken(known: Set<string>, token: string): string {
  known.delete(token);
  known.add(token);
  for (const oldest of known) {
    if (known.size <= knownMax) break;
    known.delete(oldest);
  }
  return token;
}

/** A fixed token, checked here and now, or one asked for before every request and checked then. */
export function tokenSource(token: string | TokenProvider, timeoutMs: number): TokenSource {
  const known = new Set<string>();
  const remember = (one: string): string => rememberToken(known, one);
  if (typeof token === 'string') {
    const fixed = remember(checkedToken(token));
    return {
      known,
      current: async () => Promise.resolve(fixed),
      replacement: async () => Promise.resolve(null),
    };
  }
  const ask = async (rejected: string | undefined, signal: AbortSignal | undefined): Promise<string> => {
    try {
      const asked = (async () => token(rejected))();
      return remember(checkedToken(await stoppable(asked, 'Asking for the token', { signal, timeoutMs })));
    } catch (thrown) {
      throw unavailable(thrown);
    }
  };
  return {
    known,
    current: async (signal) => ask(undefined, signal),
    replacement: async (rejected, signal) => {
      const given = await ask(rejected, signal);
      return given === rejected ? null : given;
    },
  };
}
