import { join } from 'node:path';
import { type Engine, metricsOff } from '@marketops/engine';
import { sayOnSystem } from '../redis/system-stream.js';
import { measureRoom } from './measure.js';
import { measureRoomLeft } from './measure-room-left.js';
import type { DiskRoom } from './room.js';
import { type RoomWatch, watchRoom } from './watch-room.js';

export interface RoomOptions {
  /** The ledger's folder. */
  readonly root: string;
  /** Rejects once another ledger writes. */
  readonly fence: { check(): Promise<void> };
  /** For tests that have no small disk. */
  readonly measure?: (() => Promise<readonly DiskRoom[]>) | undefined;
}

/** Watches the room on the disks of the ledger and of the blobs for as long as the engine lives. */
export async function startRoom(
  engine: Engine,
  { root, fence, measure }: RoomOptions,
): Promise<Pick<RoomWatch, 'admits'>> {
  const { store, clock, log, loaded } = engine;
  const {
    reserve_bytes: reserveBytes,
    reserve_percent: reservePercent,
    floor_bytes: floorBytes,
    check_every_ms: everyMs,
  } = loaded.config.ledger.room;
  const watch = await watchRoom({
    ...{ store, clock, log, limits: { reserveBytes, reservePercent, floorBytes } },
    measure: measure ?? measureRoom({ ledger: root, blobs: join(loaded.dataDir, 'blobs') }),
    say: (draft) => sayOnSystem(engine, draft),
  });
  engine.every(everyMs, 'room', async () => {
    await fence.check();
    await watch.look();
  });
  engine.health('room', watch.health);
  measureRoomLeft(engine.telemetry?.metrics ?? metricsOff, watch, { reserveBytes, reservePercent });
  return watch;
}
