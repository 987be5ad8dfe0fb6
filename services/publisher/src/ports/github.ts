import type { Operation, Receipt, Repository } from '@marketops/contracts';
import { type ConfigError, type LoadedConfig, systemClock } from '@marketops/engine';
import { createGitHubClient, createReadCache, type GitHubClient } from '@marketops/github';
import { waiterFor } from '../limits/admission.js';
import { type Limits, noLimits } from '../limits/limits.js';
import { pacedRequests } from '../limits/paced-requests.js';
import { openTokens } from './credentials.js';

/** What one execution imposes on its client. */
export interface ExecutionControls {
  /** The kill switch: asked right before each mutating request; what it throws stops that request. */
  readonly beforeWrite: () => Promise<void>;
  /** Aborts what is in flight when the job's lock or the lease is lost. */
  readonly signal: AbortSignal;
  /**
   * What it is for: an App's token can do that operation and no more; without one it only reads. Its account counts the
   * requests to the receipt, where there is one.
   */
  readonly subject?: { readonly operation: Operation; readonly receipt?: Receipt };
  /** Where there is no subject: the one repository that is looked at. */
  readonly repository?: Repository;
}

/** A client for an account and one execution. Tests and benchmarks bring their own. */
export type GitHubFor = (account: string, controls: ExecutionControls) => GitHubClient;

/**
 * Clients over HTTP for the configured accounts, each with its own credential (`openTokens`).
 * @param onFault told when a secret's file was changed to what cannot be used; the last one that could goes on being used
 * @throws ConfigError when one is missing: better no start than a failure in the middle of a run.
 */
export function githubOverHttp(
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
  limits: Limits = noLimits,
  onFault?: (name: string, fault: ConfigError) => void,
): GitHubFor {
  const { apiUrl, uploadUrl, config } = loaded;
  const tokensFor = openTokens(loaded, env, onFault);
  // What has not changed is not paid for again.
  const cache = createReadCache();
  return (account, { beforeWrite, signal, subject, repository }) => {
    const limiter = limits.of(account);
    const waiter = subject?.receipt === undefined ? undefined : waiterFor(subject.receipt);
    return createGitHubClient({
      apiUrl,
      uploadUrl,
      token: tokensFor(account, { operation: subject?.operation, repository }),
      userAgent: 'marketops-publisher',
      requestTimeoutMs: config.timing.request_timeout_ms,
      ...(limiter === undefined
        ? {}
        : { observer: pacedRequests(limiter, { account, waiter, clock: systemClock }) }),
      cache,
      beforeWrite,
      signal,
    });
  };
}
