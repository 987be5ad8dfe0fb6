import { type EventDraft, limits, roomScope } from '@marketops/contracts';
import type { Clock, Logger } from '@marketops/engine';
import type { EventStore } from '@marketops/store';
import { everyPartition } from '../redis/controls.js';
import { type DiskRoom, hasFloor, type RoomLimits, type Shortage, shortageOf } from './room.js';

export interface RoomPorts {
  readonly store: Pick<EventStore, 'readControl' | 'freeze' | 'unfreeze'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Pick<Logger, 'error' | 'warn' | 'info'>;
  readonly limits: RoomLimits;
  readonly measure: () => Promise<readonly DiskRoom[]>;
  /** Says it on `system`. */
  readonly say: (draft: EventDraft) => Promise<void>;
}

export interface RoomWatch {
  /** Whether a batch may be taken. Asks the disk where its last answer is old. */
  admits(): Promise<boolean>;
  /** Looks, and stops minting or lets it go on. Rejects where Redis does not answer; then the next look does it. */
  look(): Promise<void>;
  health(): Readonly<Record<string, unknown>>;
  /** What the last look found; none where there was none. */
  rooms(): readonly DiskRoom[];
}

/** So old an answer of the disk still counts when a batch is taken. */
const measuredMsMax = 200;

/**
 * Stops minting before the disk is full, and lets it go on when there is room: a scope in the control keys that belongs to
 * nobody's order. What stands in the keys at the start is believed: a ledger that died while it was short goes on being so.
 *
 *     enough ─────▶ short: scope frozen, `minting.stopped`, again and again until it stands in every key
 *        ▲            │
 *        └────────────┘ room, and a quarter more: scope lifted, `minting.resumed`
 *
 * A disk that cannot be asked is short.
 */
export async function watchRoom(ports: RoomPorts): Promise<RoomWatch> {
  const { store, clock, log } = ports;
  let rooms: readonly DiskRoom[] = [];
  let measuredAtMs = Number.NEGATIVE_INFINITY;
  let shortage: Shortage | undefined;
  let isShort = (await frozenKeys(store)) > 0;
  let isFloorTold = false;
  let unsaid: EventDraft | undefined;

  const measure = async (): Promise<void> => {
    rooms = await ports.measure().catch((fault: unknown) => {
      log.error({ fault }, 'the disk cannot be asked how much room it has');
      return [{ place: 'ledger' as const, freeBytes: 0, totalBytes: 0 }];
    });
    measuredAtMs = clock.nowMs();
  };
  const turn = (now: Shortage | undefined): void => {
    if (now !== undefined && !isShort) {
      unsaid = { type: 'minting.stopped', data: dataOf(now, whyStopped(now)) };
      log.error({ room: rooms }, `minting stops: ${whyStopped(now)}`);
    } else if (now === undefined && isShort) {
      const [least] = rooms.toSorted((a, b) => a.freeBytes - b.freeBytes);
      const room = shortage ?? { ...(least ?? nothing), reserveBytes: ports.limits.reserveBytes };
      const free = rooms.find(({ place }) => place === room.place)?.freeBytes ?? room.freeBytes;
      unsaid = {
        type: 'minting.resumed',
        data: dataOf({ ...room, freeBytes: free }, whyResumed(room, free)),
      };
      log.info({ room: rooms }, `minting goes on: ${whyResumed(room, free)}`);
    }
    isShort = now !== undefined;
    shortage = now ?? shortage;
  };

  return {
    async admits() {
      if (clock.nowMs() - measuredAtMs > measuredMsMax || clock.nowMs() < measuredAtMs) await measure();
      const admits = hasFloor(rooms, ports.limits);
      if (!admits && !isFloorTold)
        log.error({ room: rooms }, 'the disk is all but full; the ledger takes nothing until there is room');
      if (admits && isFloorTold) log.info({ room: rooms }, 'the ledger takes what has waited');
      isFloorTold = !admits;
      return admits;
    },
    async look() {
      await measure();
      turn(shortageOf(rooms, ports.limits, isShort));
      // First the keys, then the word: what is said to stand still does.
      if (isShort && shortage !== undefined) await freezeAll(store, whyStopped(shortage));
      else if ((await frozenKeys(store)) > 0) await store.unfreeze(roomScope);
      if (unsaid === undefined) return;
      await ports.say(unsaid);
      unsaid = undefined;
    },
    rooms: () => rooms,
    health: () => ({
      state: isFloorTold ? 'full' : isShort ? 'short' : 'enough',
      ...(isShort && shortage !== undefined ? { reason: whyStopped(shortage) } : {}),
      disks: rooms.map(({ place, freeBytes, totalBytes }) => ({
        ...{ place, free_bytes: freeBytes, total_bytes: totalBytes },
      })),
    }),
  };
}

const nothing: DiskRoom = { place: 'ledger', freeBytes: 0, totalBytes: 0 };

const frozenKeys = async (store: RoomPorts['store']): Promise<number> =>
  (await store.readControl(everyPartition)).filter((control) => control?.frozen.has(roomScope) === true)
    .length;

/** Not where a key is missing: that partition is closed, and what it is missing for may be that this is another's Redis. */
async function freezeAll(store: RoomPorts['store'], reason: string): Promise<void> {
  const controls = await store.readControl(everyPartition);
  if (controls.includes(null) || controls.every((control) => control?.frozen.has(roomScope) === true)) return;
  await store.freeze(roomScope, reason);
}

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1_048_576)} MiB`;

const whyStopped = ({ place, freeBytes, reserveBytes }: Shortage): string =>
  `the disk of the ${named[place]} has ${mebibytes(freeBytes)} left, and ${mebibytes(reserveBytes)} are kept to record what is under way; it goes on by itself when there is room`;

const whyResumed = ({ place, reserveBytes }: Shortage, freeBytes: number): string =>
  `the disk of the ${named[place]} has ${mebibytes(freeBytes)} left again, and ${mebibytes(reserveBytes)} are kept`;

const named = { ledger: 'ledger', blobs: 'blobs' } as const;

const dataOf = (
  { place, freeBytes, reserveBytes }: Shortage,
  reason: string,
): { place: DiskRoom['place']; free_bytes: number; reserve_bytes: number; reason: string } => ({
  place,
  free_bytes: Math.floor(freeBytes),
  reserve_bytes: reserveBytes,
  reason: reason.slice(0, limits.messageCharsMax),
});
