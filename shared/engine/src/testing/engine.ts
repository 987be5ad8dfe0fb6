import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, EventDraft, MarketOpsEvent, Mode } from '@marketops/contracts';
import { nodeCrypto } from '@marketops/proof/node';
import {
  createAppender,
  createVerifiedReader,
  type EventStore,
  type JobSpec,
  openFileBlobs,
  openMemoryStore,
  partitionCount,
} from '@marketops/store';
import { type StepClock, stepClock } from '../clock.js';
import type { LoadedConfig } from '../config/load.js';
import { MarketOpsConfig } from '../config/schema.js';
import type { Engine } from '../host.js';
import { newUlid } from '../ids.js';
import { createLog } from '../log.js';
import { defaultTuning } from '../queue-config.js';
import type { IncomingJob } from '../worker.js';
import { type TestKeys, testKeys } from './keys.js';

export const testConfig = {
  version: 1,
  environment: 'test',
  issuer: 'federation-test',
  log_origin: 'marketops.test/log',
  principals: { ci: { tenants: ['acme'], modes: ['dry_run', 'prod'] } },
  accounts: { acme: {} },
};

/** An engine over a store in memory: jobs are recorded, not run, and time stands until it is stepped. */
export interface TestEngine extends Engine {
  readonly clock: StepClock;
  readonly keys: TestKeys;
  /** Every job enqueued so far, in order. */
  readonly jobs: JobSpec[];
  /** The processors given to `work`, by queue. */
  readonly workers: ReadonlyMap<string, (job: IncomingJob) => Promise<void>>;
  /** The tasks given to `every`, by name. */
  readonly tasks: ReadonlyMap<string, () => Promise<unknown>>;
  readonly suspects: { readonly stream: string; readonly reason: string }[];
  /** Appends as any actor, as the other services would. */
  say(
    actor: Actor,
    stream: string,
    afterSeq: number,
    events: readonly EventDraft[],
    over?: { readonly runId?: string | null; readonly tenantId?: string | null; readonly mode?: Mode | null },
  ): Promise<readonly MarketOpsEvent[]>;
  events(stream: string): Promise<readonly MarketOpsEvent[]>;
  close(): void;
}

export interface TestEngineOptions {
  readonly actor: Actor;
  readonly config?: Record<string, unknown>;
  readonly store?: EventStore;
  readonly keys?: TestKeys;
  readonly nowMs?: number;
}

export async function openTestEngine(options: TestEngineOptions): Promise<TestEngine> {
  const root = mkdtempSync(join(tmpdir(), 'marketops-engine-'));
  const clock = stepClock(options.nowMs ?? Date.parse('2026-01-31T12:00:00.000Z'));
  const keys = options.keys ?? testKeys();
  const store = options.store ?? openMemoryStore(() => clock.nowMs());
  for (let partition = 0; partition < partitionCount; partition += 1) {
    await store.writeControl(partition, { epoch: 1, state: 'open', reason: '', term: 1 });
  }
  const jobs: JobSpec[] = [];
  const suspects: { stream: string; reason: string }[] = [];
  const workers = new Map<string, (job: IncomingJob) => Promise<void>>();
  const tasks = new Map<string, () => Promise<unknown>>();
  const now = () => new Date(clock.nowMs());
  const appenderOf = (actor: Actor) =>
    createAppender({ store, crypto: nodeCrypto, newId: newUlid, now, signer: keys.signer(actor) });
  const onSuspect = (stream: string, reason: string) => void suspects.push({ stream, reason });
  const reader = createVerifiedReader({ store, crypto: nodeCrypto, keyring: keys.keyring, onSuspect });
  return {
    loaded: loadedConfig(root, keys, options.config),
    log: createLog(options.actor, 'silent'),
    clock,
    keys,
    keyring: keys.keyring,
    keysDir: join(root, 'keys'),
    store,
    reader,
    appender: appenderOf(options.actor),
    blobs: openFileBlobs(join(root, 'blobs')),
    queues: {
      enqueue: async (added) => Promise.resolve(void jobs.push(...added)),
      close: async () => Promise.resolve(),
    },
    jobs,
    workers,
    tasks,
    suspects,
    work: (queue, process) => void workers.set(queue, process),
    every: (_everyMs, name, task) => void tasks.set(name, task),
    onStop: () => undefined,
    health: () => undefined,
    async say(actor, stream, afterSeq, events, over = {}) {
      const runId = over.runId === undefined ? (stream.split('/')[1] ?? null) : over.runId;
      const system = stream === 'system';
      const appended = await appenderOf(actor).append({
        context: {
          tenantId: over.tenantId === undefined ? (system ? null : 'acme') : over.tenantId,
          runId,
          mode: over.mode === undefined ? (system ? null : 'prod') : over.mode,
          causationId: null,
          correlationId: null,
        },
        streams: [{ stream, afterSeq, events }],
      });
      return appended.events;
    },
    async events(stream) {
      const [view] = await reader.read([stream]);
      return view?.events ?? [];
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

function loadedConfig(root: string, keys: TestKeys, config: Record<string, unknown> = {}): LoadedConfig {
  return {
    config: MarketOpsConfig.parse({ ...testConfig, ...config }),
    configPath: join(root, 'marketops.yml'),
    root,
    dataDir: root,
    keyring: keys.published,
    redisUrl: 'redis://nowhere',
    apiUrl: 'https://api.github.test',
    uploadUrl: 'https://uploads.github.test',
    tuning: defaultTuning,
  };
}

/** A job as a worker would hand it over. */
export const incomingJob = (over: Partial<IncomingJob> = {}): IncomingJob => ({
  id: '1',
  name: 'x',
  queue: 'q',
  data: {},
  addedAtMs: Date.parse('2026-01-31T12:00:00.000Z'),
  attempt: 1,
  lastAttempt: false,
  signal: new AbortController().signal,
  ...over,
});
