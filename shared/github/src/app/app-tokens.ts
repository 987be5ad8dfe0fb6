import { InvariantError } from '@marketops/contracts';
import { createApi } from '../api.js';
import { GitHubError } from '../errors.js';
import { checkedId, checkedUserAgent, type RepositoryAt, repositoryParameters } from '../names.js';
import type { RequestObserver } from '../transport/observing.js';
import { originsOf } from '../transport/origins.js';
import { rememberToken, type TokenProvider, tokenSource } from '../transport/tokens.js';
import { redactor, scrubber } from '../words.js';
import { appKey } from './app-key.js';
import { checkedScope, exchangeToken, findInstallation, type TokenScope } from './installation.js';
import { renewed } from './renewal.js';

interface AppTokensTerms extends TokenScope {
  /** The App's id, or its client id. */
  readonly appId: number | string;
  /** RSA, unencrypted PEM, as GitHub gives it out. */
  readonly privateKeyPem: string;
  /** As for the client. The key's signatures and the tokens go there only. */
  readonly apiUrl: string;
  readonly userAgent: string;
  /** For each of the two requests that a token may take. 10,000 by default. */
  readonly requestTimeoutMs?: number;
  /** 1 MiB by default. */
  readonly responseBytesMax?: number;
  /**
   * Sees the requests for tokens. GitHub counts them for the App, not for the installation; and a request may be waiting
   * for its token here: never let this one wait for the end of another.
   */
  readonly observer?: RequestObserver;
  /** Milliseconds since 1970; Date.now by default. */
  readonly now?: () => number;
}

/** Whose installation: by its id, or by a repository it is for. */
type Whose = { readonly installationId: number } | { readonly repository: RepositoryAt };

export type AppTokensOptions = AppTokensTerms & Whose;

/** Tokens of one installation of a GitHub App. Key and tokens live in closures only. */
export interface AppTokens {
  /** With the permissions and repositories of the options. To be given to a client as its `token`. */
  readonly token: TokenProvider;
  /**
   * With other ones, mostly fewer: the least that one kind of operation needs. Asked twice for the same, it is the same
   * provider; of more than 1,000 different ones those asked for longest ago are forgotten, and their tokens fetched anew.
   * Throws `validation_failed` for a scope that means nothing.
   */
  pared(scope: TokenScope): TokenProvider;
}

const scopesMax = 1_000;

/** One text for one scope, whatever the order its parts were written in. */
const keyOf = ({ permissions, repositoryIds }: TokenScope): string =>
  JSON.stringify([Object.entries(permissions ?? {}).sort(), repositoryIds ?? []]);

/**
 * Tokens for an App's installation: fetched when first asked for, renewed before they end, one fetch at a time. Nothing is
 * sent before a token is asked for.
 * @throws GitHubError `validation_failed` for a key, id, name or scope that cannot be right; `origin_refused`. The
 *   providers reject with what requests do: `unauthorized` for a wrong key or clock, `not_found` where the App is not
 *   installed, `validation_failed` for permissions the installation does not have. A client whose token they are
 *   passes that on, and never as `uncertain`.
 */
export function createAppTokens(options: AppTokensOptions): AppTokens {
  const requestTimeoutMs = options.requestTimeoutMs ?? 10_000;
  const signatures = tokenSource(appKey(options.appId, options.privateKeyPem), requestTimeoutMs);
  const issued = new Set<string>();
  const redact = redactor(signatures.known, issued);
  const api = createApi({
    origins: originsOf(options.apiUrl),
    tokens: signatures,
    userAgent: checkedUserAgent(options.userAgent),
    requestTimeoutMs,
    uploadTimeoutMs: requestTimeoutMs,
    responseBytesMax: options.responseBytesMax ?? 1_048_576,
    beforeWrite: undefined,
    observer: options.observer,
    cache: undefined,
    // One fetch serves many callers: it is stopped by its own limits, not by any of theirs.
    signal: undefined,
    redact,
    scrub: scrubber(redact),
  });

  let found = 'installationId' in options ? checkedId('installation', options.installationId) : undefined;
  const repository = 'repository' in options ? options.repository : undefined;
  if (repository !== undefined) repositoryParameters(repository);
  const installationId = async (): Promise<number> => {
    if (repository !== undefined) found ??= await findInstallation(api, repository);
    if (found === undefined) throw new InvariantError('An App installation is named by id or repository.');
    return found;
  };

  const issue = async (scope: TokenScope) => {
    try {
      const made = await exchangeToken(api, await installationId(), scope);
      rememberToken(issued, made.token);
      return made;
    } catch (thrown) {
      // Uninstalled and installed again, it has another id.
      const gone = thrown instanceof GitHubError && thrown.code === 'not_found';
      if (gone && repository !== undefined) found = undefined;
      throw thrown;
    }
  };

  const providers = new Map<string, TokenProvider>();
  const pared = (asked: TokenScope): TokenProvider => {
    const scope = checkedScope(asked);
    const key = keyOf(scope);
    const provider = providers.get(key) ?? renewed(async () => issue(scope), options.now ?? Date.now);
    providers.delete(key);
    providers.set(key, provider);
    for (const oldest of providers.keys()) {
      if (providers.size <= scopesMax) break;
      providers.delete(oldest);
    }
    return provider;
  };
  return Object.freeze({ token: pared(options), pared });
}
