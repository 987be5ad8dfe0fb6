import type { Server } from 'node:http';
import { type Actor, Fault } from '@marketops/contracts';
import type { OpenKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import {
  type Appender,
  type BlobStore,
  connectRedis,
  createAppender,
  createVerifiedReader,
  type EventStore,
  openFileBlobs,
  openRedisStore,
  type VerifiedReader,
} from '@marketops/store';
import type { Redis } from 'ioredis';
import { type Clock, systemClock } from './clock.js';
import { fromEnvironment } from './config/environment.js';
import { keyringPath } from './config/keyring-file.js';
import { type LoadedConfig, loadConfig } from './config/load.js';
import type { Outlet } from './handler.js';
import { healthPort, serveHealth } from './health-server.js';
import { newUlid } from './ids.js';
import { ungrouped } from './job-groups.js';
import { inspectKeys } from './keyring/inspect-keys.js';
import { followKeyring, keyringEveryMs } from './keyring/live.js';
import { openSigningKey } from './keyring/signing-key.js';
import { createLog, type Logger } from './log.js';
import { openQueues, type Queues } from './queues.js';
import { relayOnce } from './relay.js';
import { collectSurroundings } from './telemetry/collect.js';
import { observedAppender } from './telemetry/observed-appender.js';
import { observedHandler } from './telemetry/observed-handler.js';
import { openTelemetry, type Telemetry } from './telemetry/telemetry.js';
import { groupedQueues, suspectJob } from './topology.js';
import { type IncomingJob, type RunningWorker, startWorker, type WorkOptions } from './worker.js';

/** What a service is built on: one of these per process. */
export interface Engine extends Outlet {
  readonly loaded: LoadedConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly keyring: OpenKeyring;
  readonly keysDir: string;
  readonly store: EventStore;
  readonly reader: VerifiedReader;
  readonly appender: Appender;
  readonly queues: Queues;
  readonly blobs: BlobStore;
  /** Works a queue until the process stops. */
  work(queue: string, process: (job: IncomingJob) => Promise<void>, options?: WorkOptions): void;
  /** Calls `task` every `everyMs` until the process stops; a failure is logged and the next turn comes. */
  every(everyMs: number, name: string, task: () => Promise<unknown>): void;
  onStop(stop: () => Promise<void>): void;
  /** What `/health` shows under the service's own name. */
  health(name: string, probe: () => unknown): void;
  /** Absent: nothing is measured or traced. */
  readonly telemetry?: Telemetry;
}

/** How long a stop waits for what the periodic tasks are at. */
const turnWaitMs = 2_000;

/**
 * Runs a service as a process: configuration, keys, connections, the relay, health, and a stop that lets the work at
 * hand finish. Prints one line of JSON to standard output when it is ready.
 *
 * Environment, where empty means unset: MARKETOPS_CONFIG (default ./marketops.yml); MARKETOPS_DATA_DIR (default .marketops
 * beside it); MARKETOPS_KEYS_DIR (default keys/<service> in the data folder); MARKETOPS_HEALTH_PORT (absent: none) and
 * MARKETOPS_HEALTH_HOST (default loopback) for `/health` and `/metrics`; OTEL_EXPORTER_OTLP_ENDPOINT (absent: no traces;
 * see `openTelemetry`); MARKETOPS_LOG_LEVEL (default info); REDIS_USERNAME and REDIS_PASSWORD_FILE; and over what marketops.yml says,
 * REDIS_URL, GITHUB_API_URL and GITHUB_UPLOAD_URL. Tokens are read by the service that needs one (`readSecret`).
 */
export async function runService(
  actor: Actor,
  start: (engine: Engine) => void | Promise<void>,
): Promise<void> {
  const log = createLog(actor);
  endOnStrayFaults(log);
  try {
    const host = await openHost(actor, log);
    await start(host.engine);
    await host.ready();
  } catch (fault) {
    log.fatal(
      { fault },
      fault instanceof Fault ? `${fault.message} — ${fault.next}` : 'the service could not start',
    );
    process.exitCode = 1;
    setImmediate(() => process.exit(1));
  }
}

/**
 * A failure that nobody waits for, such as one of a library's own promises, leaves the process in a state nobody knows. It
 * ends with a line like any other; what it had taken on is taken over.
 */
function endOnStrayFaults(log: Logger): void {
  const end = (fault: unknown) => {
    log.fatal({ fault }, 'the service ends: something failed that nobody was waiting for');
    process.exit(1);
  };
  process.once('unhandledRejection', end);
  process.once('uncaughtException', end);
}

async function openHost(actor: Actor, log: Logger): Promise<{ engine: Engine; ready: () => Promise<void> }> {
  const loaded = loadConfig(fromEnvironment(process.env, 'MARKETOPS_CONFIG') ?? 'marketops.yml');
  const keysDir = fromEnvironment(process.env, 'MARKETOPS_KEYS_DIR') ?? `${loaded.dataDir}/keys/${actor}`;
  const clock = systemClock;
  const telemetry = await openTelemetry({
    ...{ service: actor, env: process.env, log, clock },
    scrapable: healthPort(process.env) !== undefined,
  });
  const { metrics, tracing } = telemetry;
  const keyring = followKeyring({
    path: keyringPath(loaded.dataDir),
    keyring: loaded.keyring,
    crypto: nodeCrypto,
    log,
  });
  const [fault, ...further] = inspectKeys({ keysDir, service: actor, keyring, nowMs: clock.nowMs() });
  for (const each of further) log.error({ fault: each }, each.message);
  if (fault !== undefined) throw fault;
  const ownKey = openSigningKey({ keysDir, keyring, clock, log }, actor, 'actor');
  const store = openRedisStore(loaded.redisUrl);
  const connections: Redis[] = [];
  const connect = (): Redis => {
    const redis = connectRedis(loaded.redisUrl);
    connections.push(redis);
    return redis;
  };
  const enqueuing = connect();
  const queues = openQueues(enqueuing, loaded.tuning, groupedQueues, tracing);
  const singly = openQueues(enqueuing, loaded.tuning, new Set(), tracing);
  const workers: RunningWorker[] = [];
  const stops: (() => Promise<void>)[] = [];
  const turns: Promise<void>[] = [];
  const probes = new Map<string, () => unknown>();
  const stopping = new AbortController();

  const reader = createVerifiedReader({
    store,
    crypto: nodeCrypto,
    keyring,
    onSuspect: (stream, reason) => {
      log.error({ stream, reason }, 'a stream cannot be believed; nothing acts on it');
      queues
        .enqueue([suspectJob(stream)])
        .catch((fault: unknown) => log.warn({ fault }, 'could not tell the ledger'));
    },
  });

  const engine: Engine = {
    loaded,
    log,
    clock,
    keyring,
    keysDir,
    store,
    queues,
    blobs: openFileBlobs(`${loaded.dataDir}/blobs`),
    reader,
    telemetry,
    appender: observedAppender(
      createAppender({
        store,
        crypto: nodeCrypto,
        newId: newUlid,
        onAppended: (value, events) => reader.remember(value, events),
        now: () => new Date(clock.nowMs()),
        signer: () => ({ actor, ...ownKey.current() }),
      }),
      telemetry,
    ),
    work: (queue, process, options = {}) => {
      const { tuning } = loaded;
      const { throttles = false, runIdOf } = options;
      const one = observedHandler(process, telemetry, { queue, throttles, runIdOf });
      const each = groupedQueues.has(queue)
        ? ungrouped(one, { tuning, log, alone: (jobs) => singly.enqueue(jobs) })
        : one;
      const redis = connect();
      workers.push(startWorker({ queue, redis, tuning, clock, log, tracing, process: each, ...options }));
    },
    every: (everyMs, name, task) => {
      const turn = async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(everyMs, stopping.signal);
          if (stopping.signal.aborted) return;
          try {
            await task();
          } catch (fault) {
            log.warn({ fault, task: name }, 'a periodic task failed');
          }
        }
      };
      turns.push(turn());
    },
    onStop: (stop) => stops.push(stop),
    health: (name, probe) => probes.set(name, probe),
  };
  engine.every(keyringEveryMs, 'keyring', async () => {
    if (keyring.refresh()) reader.forget();
    ownKey.refresh();
    await Promise.resolve();
  });
  engine.health('keyring', () => ({ keys: keyring.list().length, refused: keyring.refused ?? null }));
  engine.every(loaded.tuning.sweepEveryMs, 'relay', async () => {
    const taken = await relayOnce(store, queues, clock, loaded.tuning, actor, ({ appends, oldestAgeMs }) => {
      metrics.set('marketops_outbox_appends', {}, appends);
      metrics.set('marketops_outbox_oldest_age_seconds', {}, oldestAgeMs / 1_000);
    });
    metrics.count('marketops_outbox_relayed_total', {}, taken);
  });
  collectSurroundings(metrics, {
    ...{ service: actor, store, clock, keyring, redis: enqueuing },
    queues: () => workers.map(({ queue }) => queue),
  });

  let server: Server | undefined;
  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    log.info('stopping: the work at hand is finished first');
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
    await Promise.allSettled(workers.map((worker) => worker.close()));
    for (const close of stops.reverse()) {
      try {
        await close();
      } catch (fault) {
        log.warn({ fault }, 'stopping');
      }
    }
    // A turn of a periodic task may be at work still; one that waits for a Redis that is away is not waited for.
    const waited = new AbortController();
    await Promise.race([Promise.allSettled(turns), clock.sleep(turnWaitMs, waited.signal)]);
    waited.abort();
    await Promise.all([queues, singly].map((each) => each.close().catch(() => undefined)));
    await store.close();
    for (const redis of connections) redis.disconnect();
    await tracing.close();
    server?.close();
  };
  const onSignal = (): void => void stop();

  const ready = async (): Promise<void> => {
    process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
    server = await serveHealth({ workers, probes, metrics: telemetry.scraped });
    const address = server?.address();
    const port = typeof address === 'object' && address !== null ? address.port : undefined;
    log.info(
      { ready: true, pid: process.pid, ...(port === undefined ? {} : { health_port: port }) },
      'ready',
    );
  };
  return { engine, ready };
}
