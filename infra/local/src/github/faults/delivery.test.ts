import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedGitHub, startSimulatedGitHub } from '../simulated-github.js';

/* Answers that come in pieces, or never come to an end; uploads that break off; the request to strike. */

let github: SimulatedGitHub;
beforeAll(async () => {
  github = await startSimulatedGitHub({ seed: [{ owner: 'acme', name: 'widgets' }] });
});
afterEach(() => github.reset());
afterAll(() => github.stop());

const headers = { authorization: 'Bearer any', 'content-type': 'application/octet-stream' };
const get = (signal?: AbortSignal) =>
  fetch(`${github.url}/repos/acme/widgets`, { headers, ...(signal === undefined ? {} : { signal }) });

describe('an answer', () => {
  it('that trickles comes whole', async () => {
    github.faults.arm({ kind: 'trickle', method: 'GET', chunk_bytes: 500, delay_ms: 1 });
    const response = await get();
    const sizes: number[] = [];
    for await (const piece of response.body ?? []) sizes.push(piece.length);
    expect(sizes.length).toBeGreaterThan(3);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(Number(response.headers.get('content-length')));
  });

  it('that is endless goes on for as long as somebody reads', async () => {
    github.faults.arm({ kind: 'endless', method: 'GET', delay_ms: 1 });
    const leaving = new AbortController();
    const response = await get(leaving.signal);
    expect(response.headers.has('content-length')).toBe(false);
    let size = 0;
    for await (const piece of response.body ?? []) {
      size += piece.length;
      if (size > 200_000) break;
    }
    expect(size).toBeGreaterThan(200_000);
  });

  it('that stalls sends a half and nothing more', async () => {
    github.faults.arm({ kind: 'stall', method: 'GET' });
    const leaving = new AbortController();
    const response = await get(leaving.signal);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(first?.value?.length).toBeLessThan(Number(response.headers.get('content-length')));
    const rest = reader?.read();
    leaving.abort();
    await expect(rest).rejects.toThrow();
  });

  it('that is cut short ends in the middle, though it was done', async () => {
    const url = `${github.url}/repos/acme/widgets/releases`;
    github.faults.arm({ kind: 'cut_short' });
    const made = await fetch(url, { method: 'POST', headers, body: '{"tag_name":"v1"}' });
    expect(made.status).toBe(201);
    await expect(made.text()).rejects.toThrow();
    expect(github.state.releases('acme/widgets')).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it.each([
    ['server_error_before', 500, null],
    ['secondary_403', 403, '7'],
    ['secondary_429', 429, '7'],
  ] as const)('%s is %i, and nothing was done', async (kind, status, retryAfter) => {
    const url = `${github.url}/repos/acme/widgets/releases`;
    github.faults.arm({ kind, retry_after_s: 7 });
    const refused = await fetch(url, { method: 'POST', headers, body: '{"tag_name":"v1"}' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(github.state.releases('acme/widgets')).toHaveLength(0);
  });
});

describe('an upload that breaks off', () => {
  it('leaves a starter, which holds the name until it is deleted', async () => {
    const url = `${github.url}/repos/acme/widgets/releases`;
    const made = await fetch(url, { method: 'POST', headers, body: '{"tag_name":"v1","draft":true}' });
    const { id } = (await made.json()) as { id: number };
    const upload = () =>
      fetch(`${url}/${id}/assets?name=a.bin`, { method: 'POST', headers, body: '0123456789' });
    github.faults.arm({ kind: 'half_upload', path_pattern: '/assets', kept_bytes: 4 });
    expect((await upload()).status).toBe(502);
    const listed = (await (await fetch(`${url}/${id}/assets`, { headers })).json()) as { id: number }[];
    expect(listed).toMatchObject([{ name: 'a.bin', state: 'starter', size: 4, digest: null }]);
    expect((await upload()).status).toBe(422);
    const asset = `${url}/assets/${listed[0]?.id}`;
    const download = await fetch(asset, { headers: { ...headers, accept: 'application/octet-stream' } });
    expect(download.status).toBe(404);
    expect((await fetch(asset, { method: 'DELETE', headers })).status).toBe(204);
    expect((await upload()).status).toBe(201);
  });
});

describe('the nth request', () => {
  it('is struck, and the ones before and after it are spared', async () => {
    github.faults.arm({ kind: 'bad_gateway_before', method: '*', nth: 3 });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await get()).status);
    expect(statuses).toEqual([200, 200, 502, 200]);
  });

  it('is counted by each switch of its own, and a switch can be added to those armed', async () => {
    const arm = async (body: unknown): Promise<unknown> =>
      (await fetch(`${github.url}/_sim/faults`, { method: 'POST', body: JSON.stringify(body) })).json();
    await arm({ faults: [{ kind: 'bad_gateway_before', method: 'GET', nth: 2 }] });
    const both = await arm({ faults: [{ kind: 'secondary_429', method: 'GET', nth: 3 }], keep: true });
    expect(both).toMatchObject({ faults: [{ nth: 2 }, { nth: 3 }] });
    const statuses = [(await get()).status, (await get()).status, (await get()).status, (await get()).status];
    // The request that the first switch strikes is not one that the second sees.
    expect(statuses).toEqual([200, 502, 200, 429]);
  });
});
