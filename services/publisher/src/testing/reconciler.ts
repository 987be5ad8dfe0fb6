import { type Operation, operationStream, type Receipt } from '@marketops/contracts';
import { createLog } from '@marketops/engine';
import { createGitHubClient } from '@marketops/github';
import { nodeCrypto } from '@marketops/proof/node';
import type { connectRedis } from '@marketops/store';
import { openHints } from '../drift/hints.js';
import { openLease } from '../drift/lease.js';
import { noteStarted } from '../drift/noting-appender.js';
import { type PassResult, type PassTools, reconcilePass } from '../drift/pass.js';
import { followReported } from '../drift/reported-effects.js';
import { sharedAuthority } from './gate-fixture.js';
import { type SimulatedWorld, token } from './simulated.js';

/** A reconciler of its own beside a simulated world; its hints are in a real Redis. */
export interface TestReconciler {
  readonly hints: ReturnType<typeof openHints>;
  /** Another process. */
  again(changes?: Partial<PassTools>): TestReconciler;
  pass(changes?: Partial<PassTools>): Promise<PassResult | undefined>;
  /** Ships an operation, and notes it as the publisher does. */
  ship(operation: Operation): Promise<Receipt>;
}

export function openTestReconciler(
  the: SimulatedWorld,
  redis: ReturnType<typeof connectRedis>,
  changes: Partial<PassTools> = {},
): TestReconciler {
  const { world, blobs } = the;
  const { reader, clock, store } = world;
  const log = createLog('publisher', 'silent');
  const appender = world.appenderOf('publisher');
  const hints = openHints(redis, 'acme', log);
  const noting = { reader, blobs, log, hintsOf: () => hints };
  const tools: PassTools = {
    ...{ reader, appender, blobs, crypto: nodeCrypto, clock, log, markerKey: sharedAuthority.marker, redis },
    reported: followReported({ reader, store, appender, settled: () => Promise.resolve() }),
    lease: openLease(redis),
    rebuilding: { ...noting, redis, nowMs: () => clock.nowMs(), isNoted: hints.isNoted },
    github: (_account, controls) =>
      createGitHubClient({ apiUrl: the.github.url, token, userAgent: 'test', ...controls }),
    budgets: new Map(),
    accounts: new Map([['acme', { hints, named: [] }]]),
    drift: { lookbackMs: 86_400_000, effectsMax: 100 },
    unreceipted: undefined,
    // Over at once: the next pass need not wait.
    everyMs: 1,
    signal: new AbortController().signal,
    ...changes,
  };
  return {
    hints,
    again: (more = {}) => openTestReconciler(the, redis, { ...changes, ...more }),
    async pass(more = {}) {
      await redis.del('mo:effects:lease');
      return reconcilePass({ ...tools, ...more });
    },
    async ship(operation) {
      const receipt = await world.authorize(operation);
      await the.drive(receipt);
      await noteStarted(noting, operationStream(receipt.run_id, receipt.operation_id));
      return receipt;
    },
  };
}
