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
 * Clients over HTTP for the configured accounts, all with one token: `GITHUB_TOKEN_FILE` or `GITHUB_TOKEN`. It is read once
 * and lives in closures only: no log, event or error ever sees it (law X3).
 * @throws ConfigError when there is none: better no start than a failure in the middle of a run.
 */
export function githubOverHttp(loaded: LoadedConfig, env: NodeJS.ProcessEnv): GitHubFor {
  const { apiUrl, uploadUrl, config } = loaded;
  const token = readSecret(env, 'GITHUB_TOKEN');
  const accounts = new Set(Object.keys(config.accounts).map((account) => account.toLowerCase()));
  const tokenOf = (account: string): string => {
    if (token === undefined || !accounts.has(account.toLowerCase())) throw missing(account);
    return token;
  };
  for (const account of accounts) tokenOf(account);
  // GitHub's own limits; another server has others, and says so itself.
  const budget = new URL(apiUrl).hostname === 'api.github.com' ? createWriteBudget(Date.now) : undefined;
  return (account, { beforeWrite, signal }) => {
    return createGitHubClient({
      apiUrl,
      ...(uploadUrl === undefined ? {} : { uploadUrl }),
      token: tokenOf(account),
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

const missing = (account: string) =>
  new ConfigError('key_missing', `the account ${account} has no GitHub token`, {
    next: 'Set GITHUB_TOKEN or GITHUB_TOKEN_FILE, or take the account out of marketops.yml.',
  });
