import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Actor,
  type EventDraft,
  type EventEnvelope,
  invariant,
  operationStream,
  runStream,
  systemStream,
} from '@marketops/contracts';
import {
  type AwaitedEvent,
  createLog,
  type Engine,
  type IncomingJob,
  initialize,
  type LoadedConfig,
  loadConfig,
  newUlid,
  readSigningKey,
  systemClock,
} from '@marketops/engine';
import { type LedgerPaths, ledgerPaths } from '@marketops/journal';
import {
  canonicalJson,
  emptyStreamDigest,
  extendStreamDigest,
  openKeyring,
  signSegments,
} from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import {
  type Appended,
  type Appender,
  createAppender,
  createVerifiedReader,
  type EventStore,
  encodeSegment,
  openFileBlobs,
  openMemoryStore,
  partitionOf,
} from '@marketops/store';

/**
 * A system of one folder and one store, for tests and measurements: real keys, real files, real signatures. Periodic
 * tasks run when the test says so, and jobs are handed over by the test.
 */
export interface World {
  readonly loaded: LoadedConfig;
  readonly paths: LedgerPaths;
  readonly store: EventStore;
  /** An engine as a new process of the service would have it; several may live one after the other. */
  engine(overrides?: Partial<Engine>): TestEngine;
  appenderOf(actor: Actor): Appender;
  /** Appends to a run's operation stream as the planner; one `operation.blocked` per event. */
  appendBlocked(runId: string, operationId: string, afterSeq: number, count?: number): Promise<Appended>;
  /** A segment as the store would hold it, signed by the actor whatever it says. */
  signed(actor: Actor, stream: string, firstSeq: number, events: readonly object[]): string;
  /** Signs whatever it is given and puts it into the store, past the appender's own checks. */
  appendSigned(actor: Actor, stream: string, firstSeq: number, events: readonly object[]): Promise<void>;
  /** Puts bytes into the store as somebody who can write Redis could. */
  appendBytes(stream: string, firstSeq: number, count: number, value: string): Promise<void>;
  append(actor: Actor, stream: string, afterSeq: number, drafts: readonly EventDraft[]): Promise<Appended>;
  close(): Promise<void>;
}

export interface TestEngine extends Engine {
  /** Runs a periodic task once. */
  tick(name: string): Promise<void>;
  deliver(queue: string, job: Pick<IncomingJob, 'name' | 'data'>): Promise<void>;
  probe(name: string): unknown;
}

const testConfig = {
  version: 1,
  environment: 'test',
  issuer: 'federation',
  log_origin: 'ledger.test/log',
  principals: {},
  accounts: {},
};

/** `run_` and 26 characters, a different one for every number. */
export const testRunId = (number: number): string => `run_${String(number).padStart(26, '0')}`;

export interface WorldOptions {
  readonly store?: EventStore;
  readonly config?: object;
  /** How long ago the keys were made; default a minute. */
  readonly keysMadeMsAgo?: number;
  /** Another world whose keys this one has: what an attacker who stole them all would hold. */
  readonly keysOf?: World;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'marketops-ledger-'));
  const configPath = join(root, 'marketops.yml');
  initialize({
    configPath,
    config: { ...testConfig, ...options.config },
    now: new Date(Date.now() - (options.keysMadeMsAgo ?? 60_000)),
  });
  if (options.keysOf !== undefined) {
    const { dataDir } = options.keysOf.loaded;
    for (const name of ['keys', 'keyring.json'])
      await cp(join(dataDir, name), join(root, '.marketops', name), { recursive: true, force: true });
  }
  const loaded = loadConfig(configPath, {});
  const store = options.store ?? openMemoryStore();
  const keyring = openKeyring(nodeCrypto, loaded.keyring);
  const keysOf = (actor: Actor) => join(loaded.dataDir, 'keys', actor);
  const appenders = new Map<Actor, Appender>();

  const appenderOf = (actor: Actor): Appender => {
    const known = appenders.get(actor);
    if (known !== undefined) return known;
    const made = createAppender({
      store,
      crypto: nodeCrypto,
      newId: newUlid,
      now: () => new Date(),
      signer: { actor, ...readSigningKey(keysOf(actor), 'actor') },
    });
    appenders.set(actor, made);
    return made;
  };

  const append: World['append'] = (actor, stream, afterSeq, events) => {
    const runId = stream === systemStream ? null : (stream.split('/')[1] ?? null);
    const context = {
      tenantId: runId === null ? null : 'acme',
      runId,
      mode: runId === null ? null : ('dry_run' as const),
      causationId: null,
      correlationId: null,
    };
    return appenderOf(actor).append({ context, streams: [{ stream, afterSeq, events }] });
  };

  const signed: World['signed'] = (actor, stream, firstSeq, values) => {
    const events = values.map((value) => canonicalJson(value));
    const { keyId, key } = readSigningKey(keysOf(actor), 'actor');
    const segments = [{ stream, firstSeq, events }];
    const [statement] = signSegments(nodeCrypto, { segments, actor, keyId, epoch: 1, key });
    invariant(statement, 'one segment has one statement');
    return encodeSegment(statement, events);
  };

  const appendBytes: World['appendBytes'] = async (stream, firstSeq, count, value) => {
    const segment = { stream, firstSeq, lastSeq: firstSeq + count - 1, value };
    const partition = partitionOf(stream);
    const [outcome] = await store.append([{ partition, epoch: 1, segments: [segment], scopes: [] }]);
    invariant(outcome?.status === 'appended', `the test's append was answered ${outcome?.status}`);
  };

  return {
    loaded,
    appendBytes,
    signed,
    appendSigned: (actor, stream, firstSeq, events) =>
      appendBytes(stream, firstSeq, events.length, signed(actor, stream, firstSeq, events)),
    paths: ledgerPaths(loaded.dataDir),
    store,
    appenderOf,
    append,
    appendBlocked: (runId, operationId, afterSeq, count = 1) =>
      append(
        'planner',
        operationStream(runId, operationId),
        afterSeq,
        Array.from({ length: count }, () => blocked(operationId)),
      ),
    engine: (overrides) =>
      testEngine(loaded, store, keyring, keysOf('ledger'), appenderOf('ledger'), overrides),
    close: () => rm(root, { recursive: true, force: true }),
  };
}

export const blocked = (operationId: string): EventDraft => ({
  type: 'operation.blocked',
  data: {
    operation_id: operationId,
    reason: {
      code: 'blocked_by_mode',
      message: 'This is a dry run: the effect is planned and shown, and cannot happen. Größe, 数, 🙂.',
      remedy: 'Submit the plan again with mode: prod.',
    },
  },
});

/** An event as its bytes would say it, for what no appender of ours makes. */
export function rawEvent(
  actor: Actor,
  stream: string,
  seq: number,
  more: Partial<EventEnvelope> = {},
): EventEnvelope {
  const runId = stream === systemStream ? null : (stream.split('/')[1] ?? null);
  return {
    id: newUlid(),
    stream,
    seq,
    type: 'operation.blocked',
    version: 1,
    tenant_id: runId === null ? null : 'acme',
    run_id: runId,
    mode: runId === null ? null : 'dry_run',
    actor,
    time: new Date().toISOString(),
    causation_id: null,
    correlation_id: null,
    data: blocked('a').data,
    ...more,
  };
}

/** Stands at seq 1 of a run's stream in tests of what lists runs. */
export const firstOfRun = (runId: string): { stream: string; draft: EventDraft } => ({
  stream: runStream(runId),
  draft: { type: 'run.cancel_requested', data: { principal: 'ops', reason: 'a test' } },
});

function testEngine(
  loaded: LoadedConfig,
  store: EventStore,
  keyring: Engine['keyring'],
  keysDir: string,
  appender: Appender,
  overrides: Partial<Engine> = {},
): TestEngine {
  const tasks = new Map<string, () => Promise<unknown>>();
  const workers = new Map<string, (job: IncomingJob) => Promise<void>>();
  const probes = new Map<string, () => unknown>();
  return {
    loaded,
    log: createLog('ledger', 'silent'),
    clock: systemClock,
    keyring,
    keysDir,
    store,
    reader: createVerifiedReader({ store, crypto: nodeCrypto, keyring }),
    appender,
    queues: { enqueue: () => Promise.resolve(), close: () => Promise.resolve() },
    blobs: openFileBlobs(join(loaded.dataDir, 'blobs')),
    work: (queue, process) => workers.set(queue, process),
    every: (_everyMs, name, task) => tasks.set(name, task),
    onStop: () => undefined,
    health: (name, probe) => probes.set(name, probe),
    ...overrides,
    tick: async (name) => {
      await tasks.get(name)?.();
    },
    deliver: async (queue, job) => {
      const signal = new AbortController().signal;
      await workers.get(queue)?.({
        id: 'job',
        queue,
        attempt: 1,
        lastAttempt: false,
        addedAtMs: 0,
        signal,
        ...job,
      });
    },
    probe: (name) => probes.get(name)?.(),
  };
}

/** An event as whoever waits for its acknowledgement names it, by what stands in the store. */
export async function awaitedEvent(store: EventStore, stream: string, seq: number): Promise<AwaitedEvent> {
  const [segments = []] = await store.read([{ stream }]);
  const lines = segments.flatMap(({ value }) => value.split('\n').slice(1));
  const digest = lines
    .slice(0, seq)
    .reduce(
      (before, line) => extendStreamDigest(nodeCrypto, before, nodeCrypto.sha256Hex(line)),
      emptyStreamDigest,
    );
  return { seq, digest };
}
