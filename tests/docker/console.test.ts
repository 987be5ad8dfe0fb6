import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceEnvironment } from '@marketops/cli';
import { loadSettings } from '@marketops/engine';
import { findRedisServer, type RedisServer } from '@marketops/local';
import { describe, expect, it, onTestFinished } from 'vitest';
import { containerOf, root } from './compose.js';
import { ownFiles, sandboxOf, startContainer } from './container.js';
import { prepared } from './prepared.js';
import { freePort, startComposeRedis } from './redis.js';

const found = await findRedisServer().catch((fault: unknown) => String(fault));
const unless = typeof found === 'string' ? ` (skipped: ${found})` : '';
const server = found as RedisServer;

describe('the container of the console', () => {
  it('listens where its port is published, whatever marketops.yml says, and on no port of its health', () => {
    const the = prepared({ MARKETOPS_CONSOLE_PORT: '9443' });
    onTestFinished(() => the.remove());
    const { environment = {}, ports } = containerOf(the.compose, 'console') as {
      environment?: Record<string, string>;
      ports?: readonly string[];
    };
    const { MARKETOPS_CONSOLE_HOST, MARKETOPS_CONSOLE_PORT } = environment;
    const address = { MARKETOPS_CONSOLE_HOST, MARKETOPS_CONSOLE_PORT };
    const { console } = loadSettings(join(the.dir, 'marketops.yml'), address).config;
    expect(console).toMatchObject({ host: '0.0.0.0', port: 9_443 });
    expect(ports).toEqual(['127.0.0.1:9443:9443']);
    expect(environment['MARKETOPS_HEALTH_PORT']).not.toBe(String(console.port));
  });

  it('X3: has the environment that `marketops dev` gives it, with the secrets as files', () => {
    const own = {
      MARKETOPS_LOG_LEVEL: 'info',
      MARKETOPS_CONSOLE_HOST: '0.0.0.0',
      MARKETOPS_CONSOLE_PORT: '9443',
      MARKETOPS_OIDC_CLIENT_SECRET_FILE: '/var/lib/marketops/keys/console/oidc-client-secret',
    };
    const apiUrl = 'https://github.example/api';
    const the = prepared({ ...own, GITHUB_API_URL: apiUrl });
    onTestFinished(() => the.remove());
    const surroundings = {
      configPath: '/etc/marketops/marketops.yml',
      dataDir: '/var/lib/marketops',
      redisUrl: 'redis://redis:6379',
      redisUsers: true,
      github: { apiUrl, uploadUrl: '' },
    };
    const inDev = serviceEnvironment('console', surroundings, own);
    const { environment = {} } = containerOf(the.compose, 'console');
    expect(environment).toEqual({ ...inDev, MARKETOPS_HEALTH_PORT: '8079' });
  });

  it.skipIf(unless !== '')(
    `run as a process on loopback, it is well, shows its page, and writes nothing but its mounts${unless}`,
    async () => {
      const the = prepared();
      const roots = mkdtempSync(join(tmpdir(), 'marketops-roots-'));
      onTestFinished(() => {
        the.remove();
        rmSync(roots, { recursive: true, force: true });
      });
      const redis = await startComposeRedis(server, the.compose, await freePort());
      onTestFinished(async () => void (await redis.stop()));
      const elsewhere = { redisUrl: `redis://127.0.0.1:${redis.port}` };
      const ledger = await startContainer(
        the.compose,
        'ledger',
        sandboxOf(the.compose, 'ledger', roots, elsewhere),
      );
      onTestFinished(async () => void (await ledger.stop()));
      const sandbox = sandboxOf(the.compose, 'console', roots, elsewhere);
      const layout = ownFiles(sandbox.dir);
      const port = String(await freePort());
      const env = { ...sandbox.env, MARKETOPS_CONSOLE_HOST: '127.0.0.1', MARKETOPS_CONSOLE_PORT: port };
      const started = await startContainer(the.compose, 'console', { ...sandbox, env });
      onTestFinished(async () => void (await started.stop()));

      const [, , ...check] = containerOf(the.compose, 'console').healthcheck?.test ?? [];
      const well = await new Promise<number>((resolve) => {
        execFile(process.execPath, check, { cwd: root, env: { ...started.env }, timeout: 20_000 }, (fault) =>
          resolve(fault === null ? 0 : Number(fault.code ?? -1)),
        );
      });
      expect(well).toBe(0);
      const page = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(10_000) });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<title>');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(ownFiles(sandbox.dir)).toEqual(layout);
      expect(await started.stop()).toBe(0);
    },
    120_000,
  );
});
