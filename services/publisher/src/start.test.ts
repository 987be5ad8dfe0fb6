import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operationStream, type Receipt } from '@marketops/contracts';
import {
  ConfigError,
  createLog,
  type Engine,
  type IncomingJob,
  initialize,
  loadConfig,
  newUlid,
  readHmacKey,
  readSigningKey,
} from '@marketops/engine';
import { openKeyring, signReceipt } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import {
  createAppender,
  createVerifiedReader,
  type EventStore,
  openFileBlobs,
  openMemoryStore,
  partitionCount,
} from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPublisher } from './start.js';
import { claimsFor, plannedEvent, runId, tenantId } from './testing/gate-fixture.js';
import { withLedger } from './testing/ledger.js';
import { releaseOperation } from './testing/operations.js';
import { stubGitHub } from './testing/stub-github.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-start-'));
  initialize({
    configPath: join(folder, 'marketops.yml'),
    config: {
      ...{
        version: 1,
        environment: 'test',
        issuer: 'marketops-test',
        log_origin: 'log.test',
        principals: {},
      },
      // There is no Redis here to keep limits in.
      accounts: { Acme: { limits: 'none' } },
    },
    now: new Date('2020-01-01T00:00:00.000Z'),
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Started {
  readonly engine: Engine;
  readonly workers: Map<string, (job: IncomingJob) => Promise<void>>;
  /** Queues that pause as a whole when GitHub says when it may be asked again. */
  readonly throttling: readonly string[];
  readonly keysOf: (service: string) => string;
  readonly stop: () => Promise<void>;
}

/** An engine over the files `marketops init` writes; its queues are a map, its store is in memory. */
async function openEngine(): Promise<Started> {
  const loaded = loadConfig(join(folder, 'marketops.yml'), {});
  const keysOf = (service: string) => join(loaded.dataDir, 'keys', service);
  const inner = openMemoryStore();
  for (let at = 0; at < partitionCount; at += 1) {
    await inner.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 1 });
  }
  const { store } = withLedger(inner, readSigningKey(keysOf('ledger'), 'acknowledgement'));
  const keyring = openKeyring(nodeCrypto, loaded.keyring);
  const workers = new Map<string, (job: IncomingJob) => Promise<void>>();
  const stops: (() => Promise<void>)[] = [];
  const throttling: string[] = [];
  const engine: Engine = {
    ...{ loaded, keyring, store, log: createLog('publisher', 'silent'), keysDir: keysOf('publisher') },
    clock: { nowMs: () => Date.now(), sleep: async () => Promise.resolve() },
    reader: createVerifiedReader({ store, crypto: nodeCrypto, keyring }),
    appender: appenderOf(store, 'publisher', keysOf('publisher')),
    queues: { enqueue: async () => Promise.resolve(), close: async () => Promise.resolve() },
    blobs: openFileBlobs(join(folder, 'blobs')),
    work: (queue, process, options) => {
      workers.set(queue, process);
      if (options?.throttles === true) throttling.push(queue);
    },
    every: () => undefined,
    onStop: (stop) => stops.push(stop),
    health: () => undefined,
  };
  const stop = async () => void (await Promise.all(stops.map((one) => one())));
  return { engine, workers, throttling, keysOf, stop };
}

function appenderOf(store: EventStore, actor: 'publisher' | 'planner' | 'federation', keysDir: string) {
  return createAppender({
    ...{ store, crypto: nodeCrypto, now: () => new Date(), newId: newUlid },
    signer: { actor, ...readSigningKey(keysDir, 'actor') },
  });
}

/** As planner and federation would: with the keys of their own folders. */
async function authorize({ engine, keysOf }: Started): Promise<Receipt> {
  const operation = releaseOperation();
  const mint = readSigningKey(keysOf('federation'), 'mint');
  const hmac = readHmacKey(keysOf('federation'), 'receipt-hmac');
  const issued_at = new Date().toISOString();
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const receipt = signReceipt(
    nodeCrypto,
    {
      ...claimsFor(operation, { issued_at, not_before: issued_at, expires_at }),
      ...{ key_id: mint.keyId, hmac_key_id: hmac.keyId },
    },
    { ed25519: mint.key, hmac: hmac.key },
  );
  const context = { tenantId, runId, mode: 'prod' as const, causationId: null, correlationId: null };
  const stream = operationStream(runId, 'release');
  const planner = appenderOf(engine.store, 'planner', keysOf('planner'));
  const federation = appenderOf(engine.store, 'federation', keysOf('federation'));
  await planner.append({ context, streams: [{ stream, afterSeq: 0, events: [plannedEvent(operation)] }] });
  const issued = { type: 'receipt.issued' as const, data: { receipt } };
  await federation.append({ context, streams: [{ stream, afterSeq: 1, events: [issued] }] });
  return receipt;
}

describe('startPublisher', () => {
  it('works the queue of every account, with the keys and limits of the files', async () => {
    const started = await openEngine();
    const stub = stubGitHub();
    await startPublisher(started.engine, { github: stub.github });
    expect([...started.workers.keys()]).toEqual(['{publications-acme}']);
    expect(started.throttling).toEqual(['{publications-acme}']);
    const receipt = await authorize(started);
    const { run_id, operation_id, operation_kind, mode } = receipt;
    await started.workers.get('{publications-acme}')?.({
      ...{ id: receipt.receipt_id, name: 'receipt.issued', queue: '{publications-acme}', addedAtMs: 0 },
      ...{ attempt: 1, lastAttempt: false, signal: new AbortController().signal },
      data: { run_id, operation_id, operation_kind, mode, receipt },
    });
    const [view] = await started.engine.reader.read([operationStream(runId, 'release')]);
    expect(view?.events.at(-1)?.type).toBe('operation.succeeded');
    expect(stub.releases).toHaveLength(1);
    await started.stop();
  });

  it('does not start without a token', async () => {
    const { engine } = await openEngine();
    const token = process.env['GITHUB_TOKEN'];
    delete process.env['GITHUB_TOKEN'];
    await expect(startPublisher(engine)).rejects.toBeInstanceOf(ConfigError);
    if (token !== undefined) process.env['GITHUB_TOKEN'] = token;
  });
});
