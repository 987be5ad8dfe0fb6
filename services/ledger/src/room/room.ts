/** What the disk under a folder has left. */
export interface DiskRoom {
  readonly place: 'ledger' | 'blobs';
  /** For somebody without privileges. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface RoomLimits {
  /** Below this nothing is minted or started any more. */
  readonly reserveBytes: number;
  /** The same as a share of the disk; the larger of the two counts. */
  readonly reservePercent: number;
  /** Below this the ledger takes nothing more. */
  readonly floorBytes: number;
}

/** A disk that is short, or was the last to be. */
export interface Shortage extends DiskRoom {
  readonly reserveBytes: number;
}

/** What is freed must be more than what is used up at once: minting goes on with a quarter more than it stopped with. */
const resumeFactor = 1.25;

export const reserveOf = (
  { totalBytes }: Pick<DiskRoom, 'totalBytes'>,
  { reserveBytes, reservePercent }: RoomLimits,
): number => Math.max(reserveBytes, Math.ceil((totalBytes * reservePercent) / 100));

/**
 * The disk that keeps minting from going on; undefined where each has room.
 *
 *     enough ──a disk below its reserve──▶ short ──every disk a quarter above its reserve──▶ enough
 */
export function shortageOf(
  rooms: readonly DiskRoom[],
  limits: RoomLimits,
  isShort: boolean,
): Shortage | undefined {
  const needed = (room: DiskRoom): number => reserveOf(room, limits) * (isShort ? resumeFactor : 1);
  const found = rooms.find((room) => room.freeBytes < needed(room));
  return found === undefined ? undefined : { ...found, reserveBytes: reserveOf(found, limits) };
}

/** Whether the ledger may take a batch: on a disk that is full to the last byte nobody could even say why. */
export const hasFloor = (rooms: readonly DiskRoom[], { floorBytes }: RoomLimits): boolean =>
  rooms.every(({ place, freeBytes }) => place !== 'ledger' || freeBytes >= floorBytes);
