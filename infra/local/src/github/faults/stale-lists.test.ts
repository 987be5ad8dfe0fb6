import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedGitHub, startSimulatedGitHub } from '../simulated-github.js';

/* Lists that lag behind: what was written is there, and a search does not find it yet. */

let nowMs = Date.parse('2026-01-01T00:00:00.000Z');
let github: SimulatedGitHub;
beforeAll(async () => {
  github = await startSimulatedGitHub({
    clock: () => new Date(nowMs),
    seed: [
      {
        owner: 'acme',
        name: 'widgets',
        branches: [
          { name: 'main', commits: ['one'] },
          { name: 'next', from: 'main', commits: ['two'] },
        ],
      },
    ],
  });
});
afterEach(() => github.reset());
afterAll(() => github.stop());

const at = '/repos/acme/widgets';
async function call(method: string, path: string, json?: unknown): Promise<unknown> {
  const response = await fetch(`${github.url}${at}${path}`, {
    ...{ method, headers: { authorization: 'Bearer any' } },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  expect(response.status).toBeLessThan(300);
  return response.status === 204 ? null : response.json();
}
const release = (tag: string) => call('POST', '/releases', { tag_name: tag, target_commitish: 'main' });
const listed = async (path: string): Promise<number> => ((await call('GET', path)) as unknown[]).length;

describe('stale lists', () => {
  it('hide a write from the next reads, and show it afterwards', async () => {
    github.faults.arm({ kind: 'stale_list', lag_requests: 2 });
    const { id } = (await release('v1')) as { id: number };
    expect([await listed('/releases'), await listed('/git/matching-refs/tags/')]).toEqual([0, 0]);
    expect(await listed('/releases')).toBe(1);
    await call('GET', `/releases/${id}`);
  });

  it('hide a write for a time', async () => {
    github.faults.arm({ kind: 'stale_list', path_pattern: '/releases(\\?|$)', lag_ms: 1_000 });
    await release('v1');
    nowMs += 600;
    await release('v2');
    expect([await listed('/releases'), await listed('/tags')]).toEqual([0, 2]);
    nowMs += 400;
    expect(await listed('/releases?per_page=100')).toBe(1);
    nowMs += 600;
    expect(await listed('/releases')).toBe(2);
  });

  it('show what was deleted, edited or uploaded as it was', async () => {
    const { id } = (await release('v1')) as { id: number };
    const pull = { title: 'Old', head: 'next', base: 'main' };
    await call('POST', '/pulls', pull);
    github.faults.arm({ kind: 'stale_list', lag_ms: 1_000 });
    await call('PATCH', '/pulls/1', { title: 'New' });
    await call('PATCH', `/releases/${id}`, { name: 'Renamed' });
    expect(await call('GET', '/pulls')).toMatchObject([{ title: 'Old' }]);
    expect(await call('GET', '/releases')).toMatchObject([{ id, name: null }]);
    await call('DELETE', `/releases/${id}`);
    expect(await listed('/releases')).toBe(1);
    nowMs += 1_000;
    expect([await listed('/releases'), await call('GET', '/pulls')]).toMatchObject([0, [{ title: 'New' }]]);
  });

  it('hide what other people do as well', async () => {
    github.faults.arm({ kind: 'stale_list', lag_ms: 1_000, path_pattern: '/branches/' });
    const { sha } = github.push('acme/widgets', 'main');
    expect(await call('GET', '/branches/main')).not.toMatchObject({ commit: { sha } });
    nowMs += 1_000;
    expect(await call('GET', '/branches/main')).toMatchObject({ commit: { sha } });
  });
});
