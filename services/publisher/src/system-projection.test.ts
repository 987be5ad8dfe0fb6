import { createLog, HoldError, type Settled } from '@marketops/engine';
import type { VerifiedReader } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectSystem } from './system-projection.js';
import { rulesFor, sharedAuthority } from './testing/gate-fixture.js';
import { openWorld, type World } from './testing/world.js';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

let settled: Settled = async () => undefined;
const project = (reader: VerifiedReader = world.reader) =>
  projectSystem({
    ...{ reader, trust: rulesFor(sharedAuthority), log: createLog('publisher', 'silent') },
    nowMs: () => world.clock.nowMs(),
    settled,
  });

describe('the projection of the system stream (O1)', () => {
  it('follows freezes and unfreezes, reading only what is new', async () => {
    const asked: number[] = [];
    const system = project({
      ...world.reader,
      readAfter: (stream, afterSeq) => {
        asked.push(afterSeq);
        return world.reader.readAfter(stream, afterSeq);
      },
    });
    expect([...(await system.current()).frozen]).toEqual([]);
    await world.freeze('account:acme');
    await world.freeze('all');
    expect([...(await system.current()).frozen.keys()]).toEqual(['account:acme', 'all']);
    await world.unfreeze('all');
    expect([...(await system.current()).frozen.keys()]).toEqual(['account:acme']);
    await Promise.all([system.current(), system.current()]);
    expect(asked).toEqual([0, 0, 1]);
  });

  it('O1: given the ledger has not vouched for the stream, then nobody is told what stands there', async () => {
    settled = () => Promise.reject(new HoldError('not yet', 1_000));
    await expect(project().current()).rejects.toMatchObject({ code: 'held' });
    settled = async () => undefined;
    expect([...(await project().current()).frozen]).toEqual([]);
  });

  it('E3: a stream that cannot be believed rejects, so that nothing passes on it', async () => {
    await world.freeze('all');
    const forged: VerifiedReader = {
      ...world.reader,
      readAfter: () => Promise.reject(new Error('a signature does not hold')),
    };
    const system = project(forged);
    await expect(system.current()).rejects.toThrow('does not hold');
    await expect(system.current()).rejects.toThrow('does not hold');
  });
});
