import {
  ConfigError,
  type Credential,
  credentialsOf,
  defaultTokens,
  type LoadedConfig,
  leastPermissions,
  openSecret,
  openToken,
  pemIn,
} from '@marketops/engine';
import { createAppInstallations, type RepositoryAt, type TokenProvider, underKey } from '@marketops/github';

/** The token to read a repository with; undefined where the planner has none for it. */
type ReadTokenFor = (repository: RepositoryAt) => TokenProvider | undefined;

type Environment = Pick<LoadedConfig, 'config' | 'apiUrl'>;
type OnFault = (name: string, fault: ConfigError) => void;

/** Whatever the App itself might do: the planner asks for tokens that read. */
const readOnly = { permissions: leastPermissions.read };

/**
 * What the planner reads each account with: its own read token, its own read-only App, or GITHUB_READ_TOKEN. Read now, and followed
 * where they stand in files. Never anything that the publisher writes with (law F4): the configuration refuses a secret that
 * both would name.
 * @throws ConfigError when one is missing or cannot be used
 */
export function openReadTokens(
  loaded: Environment,
  env: NodeJS.ProcessEnv,
  onFault: OnFault = () => undefined,
): ReadTokenFor {
  const providers = new Map<string, (repository: RepositoryAt) => TokenProvider>();
  const tokens = new Map<string, TokenProvider | undefined>();
  const tokenOf = (name: string): TokenProvider | undefined => {
    if (!tokens.has(name)) tokens.set(name, openToken(env, name, onFault));
    return tokens.get(name);
  };
  for (const [account, credential] of credentialsOf(loaded.config, 'planner')) {
    if (credential.kind === 'app') {
      providers.set(account, appTokens(loaded, env, account, credential, onFault));
      continue;
    }
    const provider = tokenOf(credential.secret);
    if (provider === undefined) throw missing(account, credential.secret);
    providers.set(account, () => provider);
  }
  const others = tokenOf(defaultTokens.planner);
  return (repository) => providers.get(repository.owner.toLowerCase())?.(repository) ?? others;
}

function appTokens(
  { config, apiUrl }: Environment,
  env: NodeJS.ProcessEnv,
  account: string,
  { appId, installationId, secret: name }: Extract<Credential, { kind: 'app' }>,
  onFault: OnFault,
): (repository: RepositoryAt) => TokenProvider {
  const key = openSecret(
    env,
    name,
    (text) =>
      createAppInstallations({
        ...{ appId, apiUrl, userAgent: 'marketops-planner' },
        privateKeyPem: pemIn(text),
        requestTimeoutMs: config.timing.request_timeout_ms,
        ...(installationId === undefined ? {} : { installationId }),
      }),
    { onFault: (fault) => onFault(name, fault) },
  );
  if (key === undefined) throw missing(account, name);
  return (repository) => underKey(key, repository, readOnly);
}

const missing = (account: string, name: string): ConfigError =>
  new ConfigError('key_missing', `the planner has nothing to read the GitHub account ${account} with`, {
    next: `Set ${name}_FILE or ${name} to what has read access, and no more.`,
  });
