import { GitHubError } from '../errors.js';
import { type RepositoryAt, repositoryParameters } from '../names.js';
import type { TokenProvider } from '../transport/tokens.js';
import { appKey } from './app-key.js';
import { type AppTokens, type AppTokensOptions, createAppTokens } from './app-tokens.js';
import type { TokenScope } from './installation.js';

/** Without an installation, it is found by the repository that a token is for. */
export type AppInstallationsOptions = Pick<
  AppTokensOptions,
  'appId' | 'privateKeyPem' | 'apiUrl' | 'userAgent'
> &
  Partial<Pick<AppTokensOptions, 'requestTimeoutMs' | 'now'>> & { readonly installationId?: number };

/** The tokens of a GitHub App under one of its private keys. */
export interface AppInstallations {
  /**
   * Of the installation named, or of the one that has the repository.
   * @throws GitHubError `validation_failed` where neither is given
   */
  tokensFor(repository: RepositoryAt | undefined): AppTokens;
}

const repositoriesMax = 1_000;

/** @throws GitHubError as `createAppTokens`, here and now */
export function createAppInstallations(options: AppInstallationsOptions): AppInstallations {
  const { installationId, ...terms } = options;
  if (installationId !== undefined) {
    const tokens = createAppTokens({ ...terms, installationId });
    return { tokensFor: () => tokens };
  }
  // Looked at now, and again with each repository: a key that is none must not wait for the first operation to be told.
  appKey(options.appId, options.privateKeyPem);
  const found = new Map<string, AppTokens>();
  return {
    tokensFor(repository) {
      if (repository === undefined) {
        throw new GitHubError(
          'validation_failed',
          'Without a repository the App’s installation must be named by its id.',
        );
      }
      repositoryParameters(repository);
      const name = `${repository.owner}/${repository.name}`.toLowerCase();
      const tokens = found.get(name) ?? createAppTokens({ ...terms, repository });
      found.delete(name);
      found.set(name, tokens);
      for (const oldest of found.keys()) {
        if (found.size <= repositoriesMax) break;
        found.delete(oldest);
      }
      return tokens;
    },
  };
}

/** An App's private key where it may be replaced: what is made of the one in force. */
export interface LiveAppKey {
  current(): AppInstallations;
  /** What there is instead of one whose key GitHub refused; the same where there is no other. */
  after(refused: AppInstallations): Promise<AppInstallations>;
}

/**
 * Tokens of an App whose key may be replaced while they are in use. When GitHub refuses the key itself, another one is asked
 * for, once: nothing has been done with the old.
 */
export function underKey(
  key: LiveAppKey,
  repository: RepositoryAt | undefined,
  scope: TokenScope,
): TokenProvider {
  return async (rejected) => {
    const app = key.current();
    try {
      return await app.tokensFor(repository).pared(scope)(rejected);
    } catch (thrown) {
      if (!(thrown instanceof GitHubError && thrown.code === 'unauthorized')) throw thrown;
      const other = await key.after(app);
      if (other === app) throw thrown;
      return other.tokensFor(repository).pared(scope)();
    }
  };
}
