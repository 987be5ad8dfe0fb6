import { createPrivateKey, createPublicKey } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { partitionCount } from '@marketops/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { initialize } from './config/init.js';
import { type Engine, runService } from './host.js';
import { revokeKey } from './keyring/revoke.js';
import { rotateSigningKey } from './keyring/rotate-signing.js';
import { deferred, testConfig } from './testing/index.js';

const runId = `run_${'k'.repeat(26)}`;
let server: ProvidedRedis;
let folder: string;
let port: number;
let stopped = true;

beforeAll(async () => {
  server = await testRedis();
});
afterAll(() => server.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-host-'));
  initialize({
    configPath: join(folder, 'marketops.yml'),
    config: { ...testConfig, redis_url: server.url, timing: { sweep_every_ms: 50 } },
    now: new Date(),
  });
  port = await freePort();
  vi.stubEnv('MARKETOPS_CONFIG', join(folder, 'marketops.yml'));
  vi.stubEnv('MARKETOPS_KEYS_DIR', '');
  vi.stubEnv('MARKETOPS_LOG_LEVEL', 'silent');
  vi.stubEnv('MARKETOPS_HEALTH_PORT', String(port));
});
afterEach(async () => {
  if (!stopped) await stop();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
const health = async () => {
  const response = await fetch(`http://127.0.0.1:${port}/health`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
/** The last thing a stop does is to close its health server. */
const gone = async (): Promise<void> => {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if (answer === undefined) return;
    await answer.arrayBuffer();
  }
};
const signals = () => process.listenerCount('SIGTERM') + process.listenerCount('SIGINT');
const stop = async () => {
  process.emit('SIGTERM');
  await gone();
  stopped = true;
};
const start = async (prepare: (engine: Engine) => void | Promise<void>): Promise<Engine> => {
  const opened = deferred<Engine>();
  await runService('planner', async (engine) => {
    await prepare(engine);
    opened.resolve(engine);
  });
  stopped = false;
  return opened.promise;
};

describe('a service', () => {
  it('given a job in its queue, then it is worked', async () => {
    const worked = deferred<unknown>();
    const engine = await start((host) =>
      host.work('{q}', async ({ data }) => Promise.resolve(worked.resolve(data))),
    );
    await engine.queues.enqueue([{ queue: '{q}', name: 'x', jobId: 'a', data: { n: 1 } }]);
    expect(await worked.promise).toEqual({ n: 1 });
  });

  it('given it is asked for its health, then it tells of its queues and of what its probes say', async () => {
    await start((host) => {
      host.work('{q}', async () => Promise.resolve());
      host.health('ledger', () => ({ sequence: 7 }));
    });
    const { status, body } = await health();
    expect([status, body['ledger'], body['queues']]).toEqual([
      200,
      { sequence: 7 },
      [{ queue: '{q}', healthy: true }],
    ]);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  });

  it('given a probe that throws, then it is unhealthy and still there', async () => {
    await start((host) =>
      host.health('ledger', () => {
        throw new Error('broken');
      }),
    );
    expect([(await health()).status, (await health()).status]).toEqual([503, 503]);
  });

  it('given a periodic task that fails, at once or later, then its next turn comes', async () => {
    let turns = 0;
    const third = deferred();
    await start((host) =>
      host.every(1, 'test', () => {
        turns += 1;
        if (turns === 1) throw new Error('at once');
        if (turns === 3) third.resolve();
        return Promise.reject(new Error('later'));
      }),
    );
    await third.promise;
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('E2: given an append whose process died before it enqueued, then the relay does it', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    const worked = deferred<unknown>();
    const engine = await start((host) =>
      host.work('{ledger}', async ({ data }) => Promise.resolve(worked.resolve(data))),
    );
    for (let at = 0; at < partitionCount; at += 1) {
      await engine.store.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 1 });
    }
    const segments = [{ stream: 'system', firstSeq: 1, lastSeq: 1, value: 'x' }];
    const jobs = [{ queue: '{ledger}', name: 'x', jobId: 'a', data: { relayed: true } }];
    const relay = { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', jobs };
    await engine.store.append([{ partition: 0, epoch: 1, scopes: [], segments, relay }]);
    expect(await worked.promise).toEqual({ relayed: true });
  });
});

describe('a stop', () => {
  it('given a job at hand, then it is finished first, then what was asked for in reverse, with the store still open', async () => {
    const order: string[] = [];
    const begun = deferred();
    const hold = deferred();
    const engine = await start((host) => {
      host.work('{s}', async () => {
        begun.resolve();
        await hold.promise;
        order.push(`job at ${typeof (await host.store.nowMs())}`);
      });
      host.onStop(async () => Promise.resolve(void order.push('first asked')));
      host.onStop(() => {
        throw new Error('a stop that fails stops no other');
      });
      host.onStop(async () => void order.push(`last asked at ${typeof (await host.store.nowMs())}`));
    });
    await engine.queues.enqueue([{ queue: '{s}', name: 'x', jobId: 'a', data: {} }]);
    await begun.promise;
    process.emit('SIGTERM');
    hold.resolve();
    await gone();
    stopped = true;
    expect(order).toEqual(['job at number', 'last asked at number', 'first asked']);
  });

  it('given it is over, then nothing is left: no listener, no connection, no port', async () => {
    const before = signals();
    const engine = await start(() => undefined);
    expect(signals()).toBe(before + 2);
    await stop();
    expect(signals()).toBe(before);
    await expect(engine.store.nowMs()).rejects.toThrow('Connection is closed');
  });
});

describe('a service that cannot start', () => {
  const failing = async (prepare: () => void) => {
    const exited = deferred<unknown>();
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      exited.resolve(code);
      return undefined as never;
    });
    prepare();
    await runService('planner', async () => Promise.resolve());
    return exited.promise;
  };

  it('F3: given its own key is revoked while it runs, then it signs no more, and goes on with a new key', async () => {
    const engine = await start(() => undefined);
    const path = join(folder, '.marketops/keyring.json');
    for (let at = 0; at < partitionCount; at += 1) {
      await engine.store.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 1 });
    }
    const say = async (afterSeq: number) => {
      const context = {
        tenantId: 'acme',
        runId,
        mode: 'prod',
        causationId: null,
        correlationId: null,
      } as const;
      const events = [{ type: 'run.cancel_requested' as const, data: { principal: 'ci', reason: 'x' } }];
      return engine.appender.append({ context, streams: [{ stream: `run/${runId}`, afterSeq, events }] });
    };
    const until = async (holds: () => boolean) => {
      while (!holds()) await health();
    };
    await say(0);
    const { key_id: keyId = '' } =
      engine.keyring.list().find((key) => 'actor' in key && key.actor === 'planner') ?? {};
    await revokeKey(path, keyId, { now: new Date(), reason: 'stolen' });
    await until(() => engine.keyring.describe(keyId)?.revoked_at !== null);
    await expect(say(1)).rejects.toMatchObject({ code: 'key_revoked', retry: 'hold' });
    const dataDir = join(folder, '.marketops');
    await rotateSigningKey({ dataDir, service: 'planner', purpose: 'actor', now: new Date() });
    for (let said = false; !said; ) {
      await health();
      said = await say(1).then(
        () => true,
        () => false,
      );
    }
    expect(await engine.store.lastSeqs([`run/${runId}`])).toEqual([2]);
  });

  it('given no configuration, then it exits with 1', async () => {
    expect(await failing(() => vi.stubEnv('MARKETOPS_CONFIG', join(folder, 'none.yml')))).toBe(1);
  });

  it('given a key it may not read, then it exits with 1', async () => {
    expect(await failing(() => vi.stubEnv('MARKETOPS_KEYS_DIR', join(folder, 'none')))).toBe(1);
  });

  it('X3: given a key that is not random, listed in the keyring as it is, then it exits with 1', async () => {
    const keyFile = join(folder, '.marketops/keys/planner/actor.json');
    const ringFile = join(folder, '.marketops/keyring.json');
    const file = JSON.parse(readFileSync(keyFile, 'utf8')) as { key_id: string };
    const ring = JSON.parse(readFileSync(ringFile, 'utf8')) as { keys: { key_id: string }[] };
    // PKCS #8 of an Ed25519 key (RFC 8410) whose seed is zeros.
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32)]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
    const public_key = Buffer.from(x, 'base64url').toString('base64');
    const keys = ring.keys.map((one) => (one.key_id === file.key_id ? { ...one, public_key } : one));
    const private_key = key.export({ format: 'pem', type: 'pkcs8' });
    expect(
      await failing(() => {
        writeFileSync(ringFile, JSON.stringify({ ...ring, keys }));
        writeFileSync(keyFile, JSON.stringify({ ...file, private_key }));
      }),
    ).toBe(1);
  });

  it('F4: given another service’s keys, or keys that others may read, then it exits with 1', async () => {
    const keysOf = (service: string) => join(folder, '.marketops/keys', service);
    expect(await failing(() => vi.stubEnv('MARKETOPS_KEYS_DIR', keysOf('publisher')))).toBe(1);
    expect(await failing(() => chmodSync(keysOf('planner'), 0o755))).toBe(1);
  });

  it('given its health port is taken, then it exits with 1', async () => {
    const taken = createServer().listen(port, '127.0.0.1');
    expect(await failing(() => undefined)).toBe(1);
    process.emit('SIGTERM');
    await new Promise((resolve) => taken.close(resolve));
  });
});
