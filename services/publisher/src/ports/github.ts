import { ConfigError, type LoadedConfig, readSecret } from '@marketops/engine';
import { createGitHubClient, type GitHubClient } from '@marketops/github';
import { createWriteBudget } from './write-budget.js';

/** What one execution imposes on its client. */
export interface ExecutionControls {
  /** The kill switch: asked right before each mutating request; what it throws stops that request. */
  readonly beforeWrite: () => Promise<void>;
  /** Aborts what is in flight when the job's lock or the lease is lost. */
  readonly signal: AbortSignal;
}

/** A client for an account and one execution. Tests and benchmarks bring their own. */
export type GitHubFor = (account: string, controls: ExecutionControls) => GitHubClient;

/**
 * Clients over HTTP with each account's token: `GITHUB_TOKEN_<ACCOUNT>` (upper case, `-` as `_`), else `GITHUB_TOKEN`; each
 * also as `…_FILE`. Tokens are read once and live in closures only: no log, event or error ever sees one (law X3).
 * @throws ConfigError when an account has none: better no start than a failure in the middle of a run.
 */
export function githubOverHttp(loaded: LoadedConfig, env: NodeJS.ProcessEnv): GitHubFor {
  const { apiUrl, uploadUrl, config } = loaded;
  const tokens = new Map<string, string>();
  // GitHub's own limits; another server has others, and says so itself.
  const budget = new URL(apiUrl).hostname === 'api.github.com' ? createWriteBudget(Date.now) : undefined;
  for (const account of Object.keys(config.accounts)) {
    tokens.set(account.toLowerCase(), tokenOf(account, env));
  }
  return (account, { beforeWrite, signal }) => {
    const token = tokens.get(account.toLowerCase());
    if (token === undefined) throw missing(account);
    return createGitHubClient({
      apiUrl,
      ...(uploadUrl === undefined ? {} : { uploadUrl }),
      token,
      userAgent: 'marketops-publisher',
      requestTimeoutMs: config.timing.request_timeout_ms,
      beforeWrite: () => {
        budget?.spend(account.toLowerCase());
        return beforeWrite();
      },
      signal,
    });
  };
}

function tokenOf(account: string, env: NodeJS.ProcessEnv): string {
  const own = `GITHUB_TOKEN_${account.toUpperCase().replaceAll('-', '_')}`;
  const token = readSecret(env, own) ?? readSecret(env, 'GITHUB_TOKEN');
  if (token === undefined) throw missing(account);
  return token;
}

const missing = (account: string) =>
  new ConfigError('key_missing', `the account ${account} has no GitHub token`, {
    next: 'Set GITHUB_TOKEN or GITHUB_TOKEN_FILE, or take the account out of marketops.yml.',
  });
