import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApiKey, openApiKeys } from '@marketops/operator/api-keys';
import { Hono } from 'hono';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { byApiKey } from '../../access/authenticate.js';
import { allow } from '../../access/caller.js';
import { Sessions } from '../../access/sessions.js';
import type { ConsoleEnvironment } from '../../server/environment.js';
import type { World } from '../../world/world.js';
import { type Outbox, streamMessages } from './messages.js';

let folder: string;
let nowMs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-messages-'));
  nowMs = Date.parse('2026-05-01T12:00:00.000Z');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An event stream of somebody with a key of their own, and what it is fed with. */
async function opened() {
  const keys = openApiKeys(folder);
  const grants = [{ tenants: ['acme'], roles: ['auditor' as const] }];
  const made = makeApiKey(
    { name: 'ci', principal: 'ci', grants, created_by: 'ops' },
    { nowMs, lifeMs: 3_600_000 },
  );
  keys.add(made);
  const stopping = new AbortController();
  const world = {
    ...{ keys, sessions: new Sessions(), secure: false, nowMs: () => nowMs, stopping: stopping.signal },
    engine: { log: { error: () => undefined } },
  } as unknown as World;
  const allowed = allow(byApiKey(world, made.secret), 'followRuns');
  let begin: (outbox: Outbox) => void = () => undefined;
  const begun = new Promise<Outbox>((resolve) => {
    begin = resolve;
  });
  const app = new Hono<ConsoleEnvironment>();
  app.get('/', (c) => streamMessages(c, { world, allowed }, (outbox) => begin(outbox)));
  const { body } = await app.request('/', { headers: { authorization: `Bearer ${made.secret}` } });
  const reader = body?.getReader();
  if (reader === undefined) throw new TypeError('an answer without a body');
  const read = async () => {
    const { done, value } = await reader.read();
    return done ? undefined : new TextDecoder().decode(value);
  };
  expect(await read()).toBe(': connected\n\n');
  const outbox = await begun;
  const revoke = () => keys.revoke(made.stored.id, nowMs);
  const send = (data: string) => outbox.send({ event: 'run.changed', data });
  return { read, send, revoke, cancel: () => reader.cancel() };
}

it('given a key that is revoked while there is always something to tell, then it is told nothing more', async () => {
  const { read, send, revoke } = await opened();
  send('one');
  expect(await read()).toContain('data: one');
  revoke();
  nowMs += 6_000;
  send('two');
  expect(await read()).toBeUndefined();
});

it('given a reader who takes nothing, then little waits for them, and they are let go', async () => {
  const { read, send } = await opened();
  for (let at = 0; at < 100; at += 1) send(`${at} ${'x'.repeat(100_000)}`);
  const told: string[] = [];
  for (let text = await read(); text !== undefined; text = await read()) told.push(text);
  expect(told.length).toBeGreaterThan(30);
  expect(told.length).toBeLessThan(60);
  // In order and whole, so that they go on after the last one.
  told.forEach((text, at) => {
    expect(text).toContain(`data: ${at} x`);
  });
});

it('given twenty streams of one caller that were left, then there is room for another', async () => {
  for (let at = 0; at < 25; at += 1) await (await opened()).cancel();
});
