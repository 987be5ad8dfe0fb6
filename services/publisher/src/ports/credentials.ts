import type { Operation, Repository } from '@marketops/contracts';
import {
  ConfigError,
  type Credential,
  credentialsOf,
  type LoadedConfig,
  openSecret,
  openToken,
  pemIn,
} from '@marketops/engine';
import { createAppInstallations, type TokenProvider, underKey } from '@marketops/github';
import { readScope, scopeOf } from './token-scope.js';

/** What a client is for. The token of an App can do that and no more; any other token is what it is. */
interface Purpose {
  readonly operation?: Operation | undefined;
  /** Where there is no operation: the one repository to look at. */
  readonly repository?: Repository | undefined;
}

/** @throws ConfigError for an account that has no credential here */
type TokensFor = (account: string, purpose: Purpose) => TokenProvider;

type Environment = Pick<LoadedConfig, 'config' | 'apiUrl'>;
type OnFault = (name: string, fault: ConfigError) => void;

/**
 * What each account is entered with: its own token, its own App, or GITHUB_TOKEN. Read now, and followed where they stand in
 * files. Tokens and keys live in closures only: no log, event or error ever sees one (law X3), and an account's goes into
 * requests for that account alone.
 * @throws ConfigError when one is missing or cannot be used: better no start than a failure in the middle of a run
 */
export function openTokens(
  loaded: Environment,
  env: NodeJS.ProcessEnv,
  onFault: OnFault = () => undefined,
): TokensFor {
  const tokens = new Map<string, TokenProvider>();
  const providers = new Map<string, (purpose: Purpose) => TokenProvider>();
  for (const [account, credential] of credentialsOf(loaded.config, 'publisher')) {
    if (credential.kind === 'app') {
      providers.set(account, appTokens(loaded, env, account, credential, onFault));
      continue;
    }
    const name = credential.secret;
    const token = tokens.get(name) ?? openToken(env, name, onFault);
    if (token === undefined) throw missing(account, name, 'token');
    tokens.set(name, token);
    providers.set(account, () => token);
  }
  return (account, purpose) => {
    const provider = providers.get(account.toLowerCase());
    if (provider === undefined) throw unknown(account);
    return provider(purpose);
  };
}

/**
 * Tokens of an App: asked for per kind of operation and repository, kept until they end. The requests that ask for them are
 * not among the account's budget: GitHub counts them for the App, not for its installation.
 */
function appTokens(
  { config, apiUrl }: Environment,
  env: NodeJS.ProcessEnv,
  account: string,
  { appId, installationId, secret: name, workflows }: Extract<Credential, { kind: 'app' }>,
  onFault: OnFault,
): (purpose: Purpose) => TokenProvider {
  const key = openSecret(
    env,
    name,
    (privateKeyPem) =>
      createAppInstallations({
        ...{ appId, privateKeyPem: pemIn(privateKeyPem), apiUrl, userAgent: 'marketops-publisher' },
        requestTimeoutMs: config.timing.request_timeout_ms,
        ...(installationId === undefined ? {} : { installationId }),
      }),
    { onFault: (fault) => onFault(name, fault) },
  );
  if (key === undefined) throw missing(account, name, 'private key of its App');
  return ({ operation, repository }) =>
    operation === undefined
      ? underKey(key, repository, readScope(repository))
      : underKey(key, operation.repository, scopeOf(operation, workflows));
}

const missing = (account: string, name: string, what: string): ConfigError =>
  new ConfigError('key_missing', `the account ${account} has no GitHub ${what}`, {
    next: `Set ${name}_FILE or ${name}, or take the account out of marketops.yml.`,
  });

const unknown = (account: string): ConfigError =>
  new ConfigError('key_missing', `the account ${account} has no GitHub token`, {
    next: 'Add the account to marketops.yml, and start the publisher again.',
  });
