import { operationStream, roomScope, systemStream } from '@marketops/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningLedger, startLedger } from '../start.js';
import { createWorld, type TestEngine, testRunId, type World } from '../testing/world.js';
import { type DiskRoom, hasFloor, reserveOf, shortageOf } from './room.js';

const limits = { reserveBytes: 1_000, reservePercent: 0, floorBytes: 200 };
const disk = (freeBytes: number, place: DiskRoom['place'] = 'ledger'): DiskRoom => ({
  ...{ place, freeBytes, totalBytes: 100_000 },
});

describe('how much room there must be', () => {
  it('given bytes and a share of the disk, then the larger of the two is kept', () => {
    expect(reserveOf(disk(0), limits)).toBe(1_000);
    expect(reserveOf(disk(0), { ...limits, reservePercent: 5 })).toBe(5_000);
  });

  it('given a disk below its reserve, then it is short; and until it has a quarter more', () => {
    const [enough, short, notYet] = [[disk(1_000)], [disk(999)], [disk(1_249)]];
    expect(shortageOf(enough, limits, false)).toBeUndefined();
    expect(shortageOf(short, limits, false)).toMatchObject({ freeBytes: 999, reserveBytes: 1_000 });
    expect(shortageOf(notYet, limits, true)).toMatchObject({ freeBytes: 1_249 });
    expect(shortageOf([disk(1_250)], limits, true)).toBeUndefined();
  });

  it('given two disks, then the one that is short says so, and only the ledger’s has a floor', () => {
    const rooms = [disk(5_000), disk(100, 'blobs')];
    expect(shortageOf(rooms, limits, false)).toMatchObject({ place: 'blobs' });
    expect(hasFloor(rooms, limits)).toBe(true);
    expect(hasFloor([disk(199)], limits)).toBe(false);
  });
});

describe('a ledger whose disk runs short', () => {
  const room = { reserve_bytes: 1_000, floor_bytes: 200, check_every_ms: 50 };
  const stream = operationStream(testRunId(1), 'a');
  let world: World;
  let engine: TestEngine;
  let ledger: RunningLedger;
  let free: number | Error;

  const start = async (): Promise<void> => {
    engine = world.engine();
    ledger = await startLedger(engine, {
      tuning: { blockMs: 20, retryMs: 20 },
      measureRoom: () => (free instanceof Error ? Promise.reject(free) : Promise.resolve([disk(free)])),
    });
  };
  const look = async (now: number | Error): Promise<void> => {
    free = now;
    await engine.tick('room');
  };
  const frozen = async (): Promise<(string | undefined)[]> => {
    const controls = await world.store.readControl(Array.from({ length: 64 }, (_, at) => at));
    return [...new Set(controls.map((control) => control?.frozen.get(roomScope)))];
  };
  const said = async (): Promise<unknown[]> =>
    ((await engine.reader.read([systemStream]))[0]?.events ?? []).flatMap(({ type, data }) =>
      type.startsWith('minting.') ? [[type, data]] : [],
    );

  beforeEach(async () => {
    free = 50_000;
    world = await createWorld({ config: { ledger: { room } } });
    await start();
    await ledger.settledThrough(1);
  });
  afterEach(async () => {
    free = 50_000;
    await ledger.stop();
    await world.close();
  });

  it('O1: given too little, then nothing is minted or started in any partition, and it is said why, once', async () => {
    await look(999);
    await look(900);
    const [why, ...others] = await frozen();
    expect(others).toEqual([]);
    expect(why).toContain('the disk of the ledger has 0 MiB left');
    expect(await said()).toEqual([
      ['minting.stopped', { place: 'ledger', free_bytes: 999, reserve_bytes: 1_000, reason: why }],
    ]);
    expect(engine.probe('room')).toMatchObject({ state: 'short', disks: [{ free_bytes: 900 }] });
    // What is under way is recorded all the same.
    await world.appendBlocked(testRunId(1), 'a', 0);
    await ledger.settledThrough(3);
  });

  it('given room again, and a quarter more, then minting goes on by itself', async () => {
    await look(999);
    await look(1_100);
    expect(await frozen()).not.toEqual([undefined]);
    await look(1_300);
    expect(await frozen()).toEqual([undefined]);
    expect(await said()).toMatchObject([
      ['minting.stopped', {}],
      ['minting.resumed', { free_bytes: 1_300, reserve_bytes: 1_000 }],
    ]);
    expect(engine.probe('room')).toMatchObject({ state: 'enough' });
  });

  it('O1: given a freeze of people’s, then room lifts nothing of theirs', async () => {
    await world.store.freeze('tenant:acme', 'incident');
    await look(999);
    await look(5_000);
    const [control] = await world.store.readControl([7]);
    expect([...(control?.frozen ?? [])]).toEqual([['tenant:acme', 'incident']]);
  });

  it('given somebody who takes the scope out of the control keys, then the next look puts it back', async () => {
    await look(999);
    await world.store.unfreeze(roomScope);
    await look(999);
    expect(await frozen()).not.toEqual([undefined]);
    expect(await said()).toHaveLength(1);
  });

  it('given a ledger that stopped while it was short, then the next one knows, and lifts it when there is room', async () => {
    await look(999);
    await ledger.stop();
    free = 1_100;
    await start();
    await look(1_100);
    expect(await frozen()).not.toEqual([undefined]);
    await look(2_000);
    expect(await frozen()).toEqual([undefined]);
    expect(await said()).toMatchObject([
      ['minting.stopped', {}],
      ['minting.resumed', {}],
    ]);
  });

  it('given a disk that cannot be asked, then it counts as full', async () => {
    await look(new Error('it is gone'));
    expect(await frozen()).not.toEqual([undefined]);
    expect(engine.probe('room')).toMatchObject({ state: 'short' });
  });

  it('L2: given less than the floor, then nothing is taken and nothing lost; with room it all is', async () => {
    await look(100);
    // Once the loop has asked the disk again.
    while ((engine.probe('room') as { state: string }).state !== 'full') await new Promise(setImmediate);
    const before = ledger.settled().sequence;
    await world.appendBlocked(testRunId(1), 'a', 0);
    const [waiting] = [await world.store.readOutbox(new Map(), { countMax: 100, blockMs: 1 })];
    expect(waiting.some(({ segments }) => segments.some((one) => one.stream === stream))).toBe(true);
    expect(ledger.settled().sequence).toBe(before);
    await look(50_000);
    await ledger.settledThrough(before + 3);
    expect(await world.store.readOutbox(new Map(), { countMax: 100, blockMs: 1 })).toEqual([]);
  });
});
