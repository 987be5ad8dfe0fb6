import { InputError } from '@marketops/contracts';
import {
  type Engine,
  type IncomingJob,
  jobNames,
  listenToLedger,
  queueNames,
  sweepOnce,
} from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { cancelHandler } from './cancel-handler.js';
import { eraseHandler } from './erase-handler.js';
import { planHandler } from './plan-handler.js';
import type { Discovery } from './ports/discovery.js';
import { githubDiscovery } from './ports/github-discovery.js';
import type { Vouching } from './redrive-order.js';
import { runIdAskedFor } from './request.js';
import { runHandler } from './run-handler.js';

/** What the planner reaches the world through; tests and benchmarks may bring their own. */
export interface PlannerPorts {
  readonly discovery?: Discovery;
  /** Otherwise the ledger's word, as it says it in Redis. */
  readonly vouches?: Vouching;
}

/** Orders to erase are few, and each brings a job of its own: this is for what none is left for. */
const erasuresEveryMs = 300_000;

/** Works every principal's queue and `{runs}`, and sweeps. */
export function startPlanner(engine: Engine, ports: PlannerPorts = {}): void {
  const { config, tuning } = engine.loaded;
  const accounts = new Set(Object.keys(config.accounts).map((account) => account.toLowerCase()));
  const discovery =
    ports.discovery ??
    githubDiscovery(engine.loaded, process.env, (variable, fault) =>
      engine.log.warn(
        { variable, fault },
        'a secret was changed to what cannot be used; the last one serves on',
      ),
    );
  for (const [principal, grant] of Object.entries(config.principals)) {
    const byName: Readonly<Record<string, (job: IncomingJob) => Promise<void>>> = {
      [jobNames.planRequested]: planHandler(
        engine,
        { crypto: nodeCrypto, discovery, accounts },
        principal,
        grant,
      ),
      [jobNames.runCancel]: cancelHandler(engine, principal),
    };
    const work = async (job: IncomingJob) => {
      const handler = Object.hasOwn(byName, job.name) ? byName[job.name] : undefined;
      if (handler === undefined) {
        throw new InputError(
          'request_malformed',
          `there is no job ${JSON.stringify(job.name.slice(0, 60))} here`,
          { next: 'Add plan.requested or run.cancel.' },
        );
      }
      await handler(job);
    };
    engine.work(queueNames.plans(principal), work, {
      runIdOf: (job) =>
        job.name === jobNames.planRequested ? runIdAskedFor(nodeCrypto, principal, job) : undefined,
    });
  }
  const vouches = ports.vouches ?? ledgersWord(engine);
  const look = runHandler(engine, vouches);
  const erase = eraseHandler(engine, vouches);
  engine.work(queueNames.runs, (job) => (job.name === jobNames.erase ? erase() : look(job)));
  // What had to wait for the end of its run, and what a backup of the keys has brought back.
  engine.every(erasuresEveryMs, 'erasures', erase);
  engine.every(tuning.sweepEveryMs, 'sweeper', () =>
    sweepOnce(engine.store, engine.queues, engine.clock, tuning),
  );
}

/** Listened for from the first order to redrive on: few planners ever see one. */
function ledgersWord(engine: Engine): Vouching {
  let listening: ReturnType<typeof listenToLedger> | undefined;
  return async (stream, awaited, timeoutMs) => {
    listening ??= listenToLedger(engine).catch((fault: unknown) => {
      listening = undefined;
      throw fault;
    });
    return (await listening).waitFor(stream, awaited, timeoutMs);
  };
}
