import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFromCommandLine } from './command.js';
import { FaultSwitches, type Target } from './faults/faults.js';
import { type SimulatedGitHub, startSimulatedGitHub } from './simulated-github.js';
import { appKeys } from './testing/asker.js';

let github: SimulatedGitHub;
beforeAll(async () => {
  github = await startSimulatedGitHub({ seed: [{ owner: 'acme', name: 'widgets' }] });
});
afterEach(() => github.reset());
afterAll(() => github.stop());

const json = async (path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${github.url}${path}`, init);
  return { status: response.status, body: await response.json() };
};

const to = (method: string, path: string, list = false): Target => ({ method, path, list });

describe('fault switches', () => {
  it('strike writes only, unless a method is named', () => {
    const faults = new FaultSwitches();
    faults.arm({ kind: 'reset_before', count: 2 });
    expect(faults.strike(to('GET', '/user'))).toBeUndefined();
    expect(faults.strike(to('POST', '/x'))?.kind).toBe('reset_before');
    expect(faults.strike(to('DELETE', '/x'))?.kind).toBe('reset_before');
    expect(faults.strike(to('POST', '/x'))).toBeUndefined();
    faults.arm({ kind: 'slow', method: 'GET', path_pattern: '^/user$' });
    expect(faults.strike(to('GET', '/users'))).toBeUndefined();
    expect(faults.strike(to('GET', '/user'))?.kind).toBe('slow');
  });

  it('strike the same requests again with the same seed', () => {
    const draw = (): boolean[] => {
      const faults = new FaultSwitches();
      faults.seed(42);
      faults.arm({ kind: 'reset_after', probability: 0.3 });
      return Array.from({ length: 100 }, () => faults.strike(to('POST', '/x')) !== undefined);
    };
    expect(draw()).toEqual(draw());
    expect(draw().filter(Boolean).length).toBeGreaterThan(15);
    expect(draw().filter(Boolean).length).toBeLessThan(45);
  });
});

describe('the controls for other processes', () => {
  it('arm faults, tell how often they struck, and count no request of their own', async () => {
    const fault = { kind: 'bad_gateway_before', method: '*', path_pattern: '/rate_limit' };
    await json('/_sim/faults', { faults: [fault], seed: 1 });
    expect((await json('/rate_limit')).status).toBe(502);
    expect((await json('/rate_limit')).status).toBe(200);
    expect((await json('/_sim/faults')).body).toEqual({ faults: [{ ...fault, left: 0, fired: 1 }] });
    expect((await json('/_sim/requests')).body).toMatchObject({
      ...{ reads: 2, writes: 0, per_endpoint: { 'GET /rate_limit': 2 } },
      requests: [{ status: 502 }, { method: 'GET', path: '/rate_limit', status: 200 }],
    });
  });

  it('add repositories, push to them, move refs, and forget it all', async () => {
    await json('/_sim/repositories', [
      { owner: 'acme', name: 'second', tags: [{ name: 'v1', target: 'main' }] },
    ]);
    const repository = 'acme/second';
    const { body: pushed } = await json('/_sim/push', { repository, branch: 'main', message: 'More' });
    const { sha } = pushed as { sha: string };
    await json('/_sim/refs', { repository, ref: 'refs/tags/v1', sha: null });
    const { body } = await json('/_sim/state');
    expect(body).toMatchObject({
      repositories: [{}, { full_name: repository, refs: { 'refs/heads/main': sha } }],
    });
    expect(JSON.stringify(body)).not.toContain('refs/tags/v1');
    await json('/_sim/reset', {});
    expect((await json('/_sim/state')).body).toMatchObject({ repositories: [{ full_name: 'acme/widgets' }] });
  });

  it.each([
    ['/_sim/faults', { faults: [{ kind: 'meteor' }] }],
    ['/_sim/faults', { faults: [{ kind: 'slow', delay: 5 }] }],
    ['/_sim/repositories', { owner: 'acme', name: 'x', defaultBranch: 'main' }],
    ['/_sim/repositories', { owner: 'acme' }],
    ['/_sim/push', { repository: 'acme/none', branch: 'main' }],
  ])('refuse at %s: %o', async (path, body) => {
    const refused = await json(path, body);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
  });
});

describe('limits', () => {
  it('are enforced where asked for', async () => {
    const limited = await startSimulatedGitHub({ limits: { primary_per_hour: 2 } });
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await fetch(`${limited.url}/none`)).status);
    const free = await fetch(`${limited.url}/rate_limit`);
    expect(statuses).toEqual([404, 404, 403]);
    expect(free.headers.get('x-ratelimit-remaining')).toBe('0');
    await limited.stop();
  });
});

describe('the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'marketops-sim-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it('takes a port, a seed, tokens and a second host', async () => {
    const seed = file('seed.json', JSON.stringify({ owner: 'acme', name: 'widgets' }));
    const tokens = file('tokens', 'first\nsecond\n{"token":"narrow","permissions":{}}\n');
    const limits = file('limits.json', '{"points_per_minute":8}');
    const publicKey = appKeys().publicKey;
    const app = { id: 7, slug: 'a', public_key: publicKey, installations: [] };
    const apps = file('apps.json', JSON.stringify(app));
    const more = ['--tokens', tokens, '--apps', apps, '--limits', limits, '--separate-uploads'];
    const args = ['--seed', seed, ...more];
    const started = await startFromCommandLine(args, () => undefined);
    expect(started.uploadsUrl).not.toBe(started.url);
    const get = async (token: string): Promise<number> =>
      (await fetch(`${started.url}/user`, { headers: { authorization: `token ${token}` } })).status;
    expect([await get('second'), await get('third'), await get('narrow')]).toEqual([200, 401, 200]);
    const create = () =>
      fetch(`${started.url}/repos/acme/widgets/releases`, {
        ...{ method: 'POST', headers: { authorization: 'token narrow' }, body: '{"tag_name":"v1"}' },
      });
    const refused = [await create(), await create()];
    expect(await Promise.all(refused.map(async (one) => [one.status, await one.text()]))).toEqual([
      [403, expect.stringContaining('Resource not accessible')],
      [403, expect.stringContaining('secondary rate limit')],
    ]);
    await started.stop();
  });

  it('refuses what it does not know', () => {
    const start = (...args: string[]) => startFromCommandLine(args, () => undefined);
    expect(() => start('--prot', '80')).toThrow();
    expect(() => start('--port', 'x')).toThrow('is no port');
    const seed = file('bad.json', '[{"owner":"acme","name":"x","releases":[{"tag":"v1"}]}]');
    expect(() => start('--seed', seed)).toThrow('repositories[0].releases[0] lacks tag_name');
  });
});
