import { GitHubError } from '../errors.js';
import type { InstallationToken } from '../shapes/apps.js';
import type { TokenProvider } from '../transport/tokens.js';

type Issued = Pick<InstallationToken, 'token' | 'expiresAtMs'>;

/** Asked for a token that is due within this, a new one is fetched: no request starts with one about to end. */
const renewBeforeMs = 5 * 60_000;
/** If that fails, the old one goes on serving until this long before its end. */
const reserveMs = 30_000;
/** GitHub's tokens live an hour. A longer time left means a clock here that is behind. */
const lifetimeMsMax = 60 * 60_000;

/**
 * A token that is renewed in time, with one fetch at a time however many ask.
 *
 *     none ──fetch──▶ fresh ──5 min before its end──▶ due ──fetch──▶ fresh
 *      ▲                │                              ├──fetch fails──▶ due, the old one serves on
 *      └───refused (401)┴──────────────────────────────┴──30 s before its end──▶ none
 *
 * A failed fetch is told to all who waited for it, and the next to ask tries again.
 */
export function renewed(fetchToken: () => Promise<Issued>, now: () => number): TokenProvider {
  let held: Issued | undefined;
  let fetching: Promise<Issued> | undefined;

  const fetchOnce = (): Promise<Issued> => {
    fetching ??= fetchToken()
      .then(({ token, expiresAtMs }) => {
        held = { token, expiresAtMs: Math.min(expiresAtMs, now() + lifetimeMsMax) };
        return held;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };
  const left = (): number => (held === undefined ? 0 : held.expiresAtMs - now());

  return async (rejected) => {
    if (rejected !== undefined && held?.token === rejected) held = undefined;
    if (held !== undefined && left() > renewBeforeMs) return held.token;
    const old = held;
    try {
      return (await fetchOnce()).token;
    } catch (thrown) {
      const passing = thrown instanceof GitHubError && thrown.retry !== 'terminal';
      if (passing && old !== undefined && old === held && left() > reserveMs) return old.token;
      throw thrown;
    }
  };
}
