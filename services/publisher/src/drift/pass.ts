import type { Operation } from '@marketops/contracts';
import { type AccountBudget, ThrottledError } from '@marketops/engine';
import { GitHubError, type GitHubReads, type RepositoryAt, readsOnly } from '@marketops/github';
import type { GitHubFor } from '../ports/github.js';
import { neverWrites } from '../ports/never-writes.js';
import type { Connection } from '../ports/redis-script.js';
import { checkDrift, type DriftLimits } from './drift.js';
import type { EffectHints } from './hints.js';
import type { ReconcilerLease } from './lease.js';
import { type RebuildTools, rebuildHints } from './rebuild.js';
import { isShort } from './spare-budget.js';
import type { AccountPass, ReconcilerTools } from './tools.js';
import { isOfOneThing } from './unreadable.js';
import { findUnreceipted, type GovernedRepository, type UnreceiptedScope } from './unreceipted.js';

export interface PassTools extends ReconcilerTools {
  readonly redis: Connection;
  readonly lease: ReconcilerLease;
  readonly rebuilding: RebuildTools;
  readonly github: GitHubFor;
  /** By account, in lower case; an account without one may ask as it likes. */
  readonly budgets: ReadonlyMap<string, AccountBudget>;
  readonly accounts: ReadonlyMap<string, AccountScope>;
  readonly drift: DriftLimits;
  readonly unreceipted: UnreceiptedScope | undefined;
  readonly everyMs: number;
  /** Aborts when the process stops. */
  readonly signal: AbortSignal;
}

/** What is looked at of an account. */
interface AccountScope {
  readonly hints: EffectHints;
  /** Repositories that the configuration names in full, without their owner. */
  readonly named: readonly string[];
}

export interface PassResult {
  readonly looked: number;
  readonly unreceipted: number;
  /** False where something was left for the next pass. */
  readonly whole: boolean;
}

const streamsPerRebuild = 2_000;
/** Where the budget was short, or there is more to do than one pass does, the next pass comes sooner. */
const soonMs = 60_000;

/**
 * One pass over every account, by one process at a time: reads only, for as long as the accounts have requests to spare.
 * @returns undefined where another process reconciles, or the last pass is not long enough ago
 */
export async function reconcilePass(tools: PassTools): Promise<PassResult | undefined> {
  const { lease, everyMs, log } = tools;
  if (!(await lease.take())) return undefined;
  let [looked, unreceipted, whole] = [0, 0, true];
  try {
    const hints = await rebuildHints(tools.rebuilding, streamsPerRebuild);
    const isComplete = hints === 'whole';
    whole = hints !== 'under_way';
    if (hints === 'unreadable')
      log.warn(
        'what an operation made cannot be told any more; nothing is called unreceipted until its run has left Redis',
      );
    for (const [account, scope] of tools.accounts) {
      const pass = openPass(tools, account, scope, isComplete);
      try {
        looked += await checkDrift(tools, pass, tools.drift);
        // With hints missing, what we made ourselves could look like a stranger’s.
        if (tools.unreceipted !== undefined && isComplete)
          unreceipted += await findUnreceipted(
            tools,
            pass,
            tools.unreceipted,
            await governedRepositories(tools, scope, pass),
          );
      } catch (fault) {
        // GitHub’s, or the budget’s: the other accounts have their own.
        if (!(fault instanceof GitHubError || fault instanceof ThrottledError)) throw fault;
        pass.stop();
        log.warn({ fault, account }, 'the reconciler stops looking at an account');
      }
      whole &&= !pass.isStopped();
    }
    return { looked, unreceipted, whole };
  } finally {
    await lease.rest(whole ? everyMs : Math.min(everyMs, soonMs));
  }
}

interface OpenPass extends AccountPass {
  stop(): void;
  isStopped(): boolean;
}

function openPass(
  tools: PassTools,
  account: string,
  { hints }: AccountScope,
  hintsAreWhole: boolean,
): OpenPass {
  const { redis, lease, signal, budgets } = tools;
  const controls = { beforeWrite: neverWrites, signal };
  const reads: GitHubReads = readsOnly(tools.github(account, controls));
  const readsFor = (operation: Operation) =>
    readsOnly(tools.github(account, { ...controls, subject: { operation } }));
  const budget = budgets.get(account.toLowerCase());
  const locations = new Map<number, Promise<RepositoryAt | null>>();
  let isStopped = false;
  return {
    ...{ account, hints, hintsAreWhole, reads, readsFor },
    whereIs: (id) => {
      const location = locations.get(id) ?? reads.getRepositoryById(id);
      locations.set(id, location);
      return location;
    },
    async mayGoOn() {
      isStopped ||= signal.aborted || !(await lease.keep());
      isStopped ||= budget !== undefined && (await isShort(redis, account, budget));
      return !isStopped;
    },
    stop: () => {
      isStopped = true;
    },
    isStopped: () => isStopped,
  };
}

/** The repositories that are governed: those named in full, and those for which anything was ever executed. */
async function governedRepositories(
  { log }: Pick<PassTools, 'log'>,
  { named, hints }: AccountScope,
  { account, reads, whereIs, mayGoOn }: AccountPass,
): Promise<GovernedRepository[]> {
  const found = new Map<number, RepositoryAt>();
  for (const name of named) {
    if (!(await mayGoOn())) break;
    try {
      const repository = await reads.getRepository(account, name);
      found.set(repository.id, repository);
    } catch (fault) {
      // Renamed, deleted, or never there: the others are.
      if (!isOfOneThing(fault)) throw fault;
      log.warn({ fault, repository: `${account}/${name}` }, 'the reconciler cannot look at a repository');
    }
  }
  for (const { id } of await hints.repositories()) {
    if (found.has(id)) continue;
    if (!(await mayGoOn())) break;
    try {
      const at = await whereIs(id);
      // A hint only, and of a repository that was given away another account’s credential has to tell.
      if (at?.owner.toLowerCase() === account.toLowerCase()) found.set(id, at);
    } catch (fault) {
      if (!isOfOneThing(fault)) throw fault;
      log.warn({ fault, repository: id }, 'the reconciler cannot look at a repository');
    }
  }
  return [...found].map(([id, at]) => ({ id, at }));
}
