import {
  type Actor,
  type EventDraft,
  type MarketOpsEvent,
  type Operation,
  type OperatorAction,
  operationStream,
  type Receipt,
  type ReceiptClaims,
  systemStream,
} from '@marketops/contracts';
import {
  type Acknowledgements,
  createLog,
  type IncomingJob,
  newUlid,
  openAcknowledgements,
  type Queues,
  type StepClock,
  stepClock,
} from '@marketops/engine';
import type { GitHubClient } from '@marketops/github';
import { nodeCrypto } from '@marketops/proof/node';
import {
  type Appender,
  type BlobStore,
  createAppender,
  createVerifiedReader,
  type EventStore,
  type JobSpec,
  openMemoryStore,
  partitionCount,
  type VerifiedReader,
} from '@marketops/store';
import type { AllowList } from '../allow-list.js';
import type { Executors } from '../executors/executor.js';
import type { FaultPoints } from '../fault-points.js';
import type { Limits } from '../limits/limits.js';
import type { GitHubFor } from '../ports/github.js';
import type { StartCap } from '../ports/start-cap.js';
import { createPublisher, type Publisher } from '../publisher.js';
import type { PublisherTiming } from '../timing.js';
import type { Operator } from './authority.js';
import {
  claimsFor,
  issuedAt,
  now,
  plannedEvent,
  rulesFor,
  runId,
  sharedAuthority,
  tenantId,
} from './gate-fixture.js';
import { type TestLedger, withLedger } from './ledger.js';

/** Everything around the publisher, in one process: a store, a ledger that acknowledges, and other services' hands. */
export interface World {
  readonly clock: StepClock;
  readonly store: EventStore;
  readonly reader: VerifiedReader;
  readonly ledger: TestLedger;
  readonly publisher: Publisher;
  /** What was enqueued, in order. */
  readonly enqueued: JobSpec[];
  /** A second process on the same store. */
  anotherPublisher(): Publisher;
  appenderOf(actor: Actor): Appender;
  /** Planned by the planner, authorized by federation; returns the receipt. */
  authorize(operation: Operation, claims?: Partial<ReceiptClaims>): Promise<Receipt>;
  jobFor(receipt: Receipt, changes?: JobChanges): IncomingJob;
  append(actor: Actor, stream: string, events: readonly EventDraft[]): Promise<void>;
  freeze(scope: string): Promise<void>;
  /** By the second person, unless somebody else is named. */
  unfreeze(scope: string, by?: Operator): Promise<void>;
  events(stream: string): Promise<readonly MarketOpsEvent[]>;
  types(operationId: string): Promise<readonly string[]>;
  refusals(): Promise<readonly MarketOpsEvent[]>;
  close(): Promise<void>;
}

interface JobChanges extends Partial<Omit<IncomingJob, 'data'>> {
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface WorldOptions {
  readonly github?: GitHubFor | GitHubClient;
  readonly blobs?: BlobStore;
  readonly timing?: Partial<PublisherTiming>;
  readonly startCap?: StartCap;
  readonly limits?: Limits;
  readonly allowList?: AllowList;
  readonly executors?: Executors;
  /** Told by the first publisher only: the second one goes on where that one stands. */
  readonly faultPoints?: FaultPoints;
  /** Between the publisher and the store, for faults. */
  readonly around?: (store: EventStore) => EventStore;
}

const quickTiming: PublisherTiming = {
  leaseMs: 30_000,
  requestTimeoutMs: 10_000,
  acknowledgementWaitMs: 20,
  holdMs: 1_000,
};

const noBlobs = { pathOf: (ref: string) => `/nowhere/${ref}` } as BlobStore;

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const clock = stepClock(Date.parse(now));
  const { acknowledgement, keyring, actors, marker } = sharedAuthority;
  const inner = openMemoryStore(() => clock.nowMs());
  for (let at = 0; at < partitionCount; at += 1) {
    await inner.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 1 });
  }
  const { store, ledger } = withLedger(inner, acknowledgement);
  const reader = createVerifiedReader({ store, crypto: nodeCrypto, keyring });
  const enqueued: JobSpec[] = [];
  const queues: Queues = {
    enqueue: async (jobs) => {
      enqueued.push(...jobs);
      return Promise.resolve();
    },
    close: async () => Promise.resolve(),
  };
  const appenderOn = (target: EventStore, actor: Actor): Appender => {
    const pair = actors.get(actor);
    if (pair === undefined) throw new Error(`${actor} has no key`);
    const issues = actor === 'planner' || actor === 'federation';
    const nowOf = () => new Date(issues ? Date.parse(issuedAt) : clock.nowMs());
    return createAppender({
      ...{ store: target, crypto: nodeCrypto, newId: newUlid, now: nowOf },
      signer: { actor, keyId: pair.keyId, key: pair.key },
    });
  };
  const opened: Acknowledgements[] = [];
  const openPublisher = async (faultPoints?: FaultPoints): Promise<Publisher> => {
    const acknowledgements = await openAcknowledgements({
      ...{ store, crypto: nodeCrypto, keyring },
      reader: createVerifiedReader({ store, crypto: nodeCrypto, keyring }),
      onForged: (stream, reason) => {
        throw new Error(`${stream}: ${reason}`);
      },
    });
    opened.push(acknowledgements);
    const mine = options.around?.(store) ?? store;
    return createPublisher({
      ...{ store: mine, reader: createVerifiedReader({ store: mine, crypto: nodeCrypto, keyring }) },
      ...{ appender: appenderOn(mine, 'publisher'), queues, clock, acknowledgements },
      ...{ blobs: options.blobs ?? noBlobs, log: createLog('publisher', 'silent'), markerKey: marker },
      settled: async () => undefined,
      faultPoints,
      ...(options.executors === undefined ? {} : { executors: options.executors }),
      timing: { ...quickTiming, ...options.timing },
      startCap: options.startCap ?? { waitMs: () => 0, take: () => 0 },
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      rules: {
        ...rulesFor(sharedAuthority),
        ...(options.allowList === undefined ? {} : { allowList: options.allowList }),
      },
      github: githubOf(options.github),
    });
  };
  const publishers = [await openPublisher(options.faultPoints), await openPublisher()];
  const [first, second] = publishers;
  if (first === undefined || second === undefined) throw new Error('unreachable');

  const { audience } = rulesFor(sharedAuthority);
  const ordered = (principal: Operator, action: OperatorAction) =>
    sharedAuthority.order(principal, action, audience, clock.nowMs());
  const world: World = {
    ...{ clock, store, reader, ledger, publisher: first, enqueued },
    anotherPublisher: () => second,
    appenderOf: (actor) => appenderOn(store, actor),
    async authorize(operation, claims = {}) {
      const receipt = sharedAuthority.issue(
        claimsFor(operation, { receipt_id: `rcp_${newUlid()}`, ...claims }),
      );
      const stream = operationStream(receipt.run_id, receipt.operation_id);
      await world.append('planner', stream, [plannedEvent(operation)]);
      await world.append('federation', stream, [{ type: 'receipt.issued', data: { receipt } }]);
      return receipt;
    },
    jobFor: (receipt, { data, ...changes } = {}) => ({
      ...{ id: receipt.receipt_id, name: 'receipt.issued', queue: '{publications-acme}', addedAtMs: 0 },
      ...{ attempt: 1, lastAttempt: false, signal: new AbortController().signal },
      data: {
        ...{ run_id: receipt.run_id, operation_id: receipt.operation_id },
        ...{ operation_kind: receipt.operation_kind, mode: receipt.mode, receipt },
        ...data,
      },
      ...changes,
    }),
    async append(actor, stream, events) {
      const [afterSeq = 0] = await store.lastSeqs([stream]);
      const isSystem = stream === systemStream;
      await world.appenderOf(actor).append({
        context: {
          ...{
            tenantId: isSystem ? null : tenantId,
            runId: isSystem ? null : (stream.split('/')[1] ?? runId),
          },
          ...{ mode: isSystem ? null : 'prod', causationId: null, correlationId: null },
        },
        streams: [{ stream, afterSeq, events }],
      });
    },
    async freeze(scope) {
      const command = ordered('operator', { kind: 'freeze', scopes: [scope] });
      const data = { scopes: [scope], principal: 'operator', reason: 'an incident', command };
      await world.append('console', systemStream, [{ type: 'system.frozen', data }]);
      await store.freeze(scope, 'an incident');
      clock.step(250);
    },
    async unfreeze(scope, by = 'second') {
      const command = ordered(by, { kind: 'unfreeze', scopes: [scope] });
      const data = { scopes: [scope], principal: by, reason: 'over', command };
      await world.append('console', systemStream, [{ type: 'system.unfrozen', data }]);
      await store.unfreeze(scope);
      clock.step(250);
    },
    events: async (stream) => (await reader.read([stream]))[0]?.events ?? [],
    types: async (operationId) =>
      (await world.events(operationStream(runId, operationId))).map(({ type }) => type),
    refusals: async () => (await world.events(systemStream)).filter(({ type }) => type === 'gate.refused'),
    close: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await store.close();
    },
  };
  return world;
}

function githubOf(github: WorldOptions['github']): GitHubFor {
  if (typeof github === 'function') return github;
  return () => {
    if (github === undefined) throw new Error('this test must not reach GitHub');
    return github;
  };
}
