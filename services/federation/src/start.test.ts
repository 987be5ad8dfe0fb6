import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Receipt } from '@marketops/contracts';
import {
  authorizationJob,
  type Engine,
  initialize,
  newUlid,
  readHmacKey,
  readSigningKey,
  runService,
} from '@marketops/engine';
import { deferred, testConfig } from '@marketops/engine/testing';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { writePolicyDirectory } from '@marketops/policy/testing';
import { verifyReceiptSignatures } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { createAppender, partitionCount } from '@marketops/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFederation } from './start.js';
import { runId, sayPlan, tagOf } from './testing/plan.js';

let server: ProvidedRedis;
let folder: string;
let engine: Engine;
let healthPort: number;
const keysOf = (service: string) => join(folder, '.marketops/keys', service);

beforeAll(async () => {
  server = await testRedis();
});
afterAll(() => server.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-federation-'));
  const config = {
    ...testConfig,
    redis_url: server.url,
    timing: { sweep_every_ms: 50, receipt_ttl_ms: 60_000 },
  };
  initialize({ configPath: join(folder, 'marketops.yml'), config, now: new Date() });
  writePolicyDirectory(join(folder, 'policies'));
  vi.stubEnv('MARKETOPS_CONFIG', join(folder, 'marketops.yml'));
  vi.stubEnv('MARKETOPS_LOG_LEVEL', 'silent');
  healthPort = await freePort();
  vi.stubEnv('MARKETOPS_HEALTH_PORT', `${healthPort}`);
});
afterEach(async () => {
  const closed = new Promise<void>((resolve) => engine.onStop(async () => Promise.resolve(resolve())));
  process.emit('SIGTERM');
  await closed;
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The planner's voice, with the key that init wrote for it. */
const planner = () => {
  const { keyId, key } = readSigningKey(keysOf('planner'), 'actor');
  const appender = createAppender({
    store: engine.store,
    crypto: nodeCrypto,
    newId: newUlid,
    now: () => new Date(),
    signer: { actor: 'planner', keyId, key },
  });
  return {
    say: (
      stream: string,
      afterSeq: number,
      events: Parameters<typeof appender.append>[0]['streams'][number]['events'],
    ) =>
      appender.append({
        context: { tenantId: 'acme', runId, mode: 'prod', causationId: null, correlationId: null },
        streams: [{ stream, afterSeq, events }],
      }),
  };
};

describe('federation on a real queue', () => {
  it('F1, F4: given a plan, then a receipt under the keys of init reaches the publisher’s queue, and the publisher’s key verifies it', async () => {
    const presented = deferred<Record<string, unknown>>();
    const opened = deferred<Engine>();
    // No ledger runs here: its word is given.
    const ledger = { vouches: async () => true, settled: async () => undefined };
    await runService('federation', async (host) => {
      await startFederation(host, { ledger });
      host.work('{publications-acme}', async ({ data }) =>
        Promise.resolve(presented.resolve(data as Record<string, unknown>)),
      );
      opened.resolve(host);
    });
    engine = await opened.promise;
    for (let at = 0; at < partitionCount; at += 1) {
      await engine.store.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 1 });
    }
    await sayPlan({ say: (_actor, stream, afterSeq, events) => planner().say(stream, afterSeq, events) }, [
      tagOf(),
    ]);
    await engine.queues.enqueue([authorizationJob(runId, 'planned-0', ['tag'])]);
    const receipt = Receipt.parse((await presented.promise)['receipt']);
    const { keyId, key } = readHmacKey(keysOf('publisher'), 'receipt-hmac');
    verifyReceiptSignatures(nodeCrypto, receipt, {
      keyring: engine.keyring,
      hmacKeys: new Map([[keyId, key]]),
    });
    expect(receipt).toMatchObject({
      issuer: testConfig.issuer,
      audience: {
        environment: 'test',
        api_origin: 'https://api.github.com',
        log_origin: testConfig.log_origin,
      },
    });
    expect(Date.parse(receipt.expires_at) - Date.parse(receipt.issued_at)).toBe(60_000);
    const health = await fetch(`http://127.0.0.1:${healthPort}/health`);
    expect([health.status, await health.json()]).toEqual([
      200,
      expect.objectContaining({
        healthy: true,
        policies: {
          digest: receipt.policy_digest,
          policies: 1,
          loaded_at: expect.stringMatching(/^\d{4}-.*Z$/),
          doubts: 0,
          refused: null,
        },
      }),
    ]);
  });
});
