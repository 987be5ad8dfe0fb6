import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedGitHub, startSimulatedGitHub } from '../simulated-github.js';

/* Requests that wait: what was done, and when, no matter what the client heard. */

let github: SimulatedGitHub;
beforeAll(async () => {
  github = await startSimulatedGitHub({ seed: [{ owner: 'acme', name: 'widgets' }] });
});
afterEach(() => github.reset());
afterAll(() => github.stop());

const releases = '/repos/acme/widgets/releases';
const create = (signal?: AbortSignal) =>
  fetch(`${github.url}${releases}`, {
    method: 'POST',
    headers: { authorization: 'Bearer any' },
    body: JSON.stringify({ tag_name: 'v1', draft: true }),
    ...(signal === undefined ? {} : { signal }),
  });
const count = (): number => github.state.releases('acme/widgets').length;

const control = async (query: string, body?: unknown) => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${github.url}/_sim/hangs${query}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('a request that hangs after it was done', () => {
  it('has its effect, tells so to whoever waits for it, and is answered when it is let go', async () => {
    github.faults.arm({ kind: 'hang_after' });
    const committed = control('?until=committed&count=1');
    const answer = create();
    expect((await committed).body).toEqual({
      hangs: [
        {
          ...{ id: 1, kind: 'hang_after', method: 'POST', path: releases, status: 201 },
          ...{ committed: true, client_gone: false, state: 'held' },
        },
      ],
    });
    expect(count()).toBe(1);
    expect((await control('', { release: 'proceed' })).body).toEqual({ released: 1 });
    expect((await answer).status).toBe(201);
    expect(github.hangs.all).toMatchObject([{ state: 'settled' }]);
  });

  it('keeps its effect when it is dropped', async () => {
    github.faults.arm({ kind: 'hang_after' });
    const answer = create();
    await github.hangs.until('committed');
    expect(github.hangs.release('drop', 1)).toBe(1);
    await expect(answer).rejects.toThrow();
    expect(count()).toBe(1);
  });
});

describe('a request that hangs before it is done', () => {
  it('is done only when it is let go', async () => {
    github.faults.arm({ kind: 'hang_before' });
    const answer = create();
    await github.hangs.until('held');
    expect([count(), github.hangs.all[0]?.committed]).toEqual([0, false]);
    github.hangs.release('proceed');
    expect((await answer).status).toBe(201);
    expect(count()).toBe(1);
  });

  it('was never done when it is dropped', async () => {
    github.faults.arm({ kind: 'hang_before' });
    const answer = create();
    await github.hangs.until('held');
    github.hangs.release('drop');
    await expect(answer).rejects.toThrow();
    expect([count(), github.hangs.all[0]?.state]).toEqual([0, 'dropped']);
  });

  it('is done late, though its client has gone', async () => {
    github.faults.arm({ kind: 'hang_before' });
    const leaving = new AbortController();
    const answer = create(leaving.signal);
    await github.hangs.until('held');
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await github.hangs.until('client_gone');
    expect(count()).toBe(0);
    github.hangs.release('proceed');
    await github.hangs.until('settled');
    expect([count(), github.hangs.all[0]?.committed]).toEqual([1, true]);
  });
});

describe('a late commit', () => {
  it('comes when the client has gone, and not before', async () => {
    github.faults.arm({ kind: 'late_commit' });
    const leaving = new AbortController();
    const answer = create(leaving.signal);
    await github.hangs.until('held');
    expect(count()).toBe(0);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    expect(await github.hangs.until('committed')).toMatchObject([{ client_gone: true, status: 201 }]);
    expect(count()).toBe(1);
  });
});

describe('whoever waits', () => {
  it('is told when the time is over', async () => {
    const late = await control('?until=held&timeout_ms=10');
    expect([late.status, String(late.body['message'])]).toEqual([
      408,
      expect.stringContaining('within 10 ms'),
    ]);
    expect((await control('?until=never')).status).toBe(422);
    expect((await control('', { release: 'gently' })).status).toBe(422);
  });
});
