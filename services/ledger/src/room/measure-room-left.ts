import type { Metrics } from '@marketops/engine';
import { type RoomLimits, reserveOf } from './room.js';
import type { RoomWatch } from './watch-room.js';

/** Says at each scrape what the last look at the disks found. */
export function measureRoomLeft(
  metrics: Metrics,
  watch: Pick<RoomWatch, 'rooms'>,
  limits: Pick<RoomLimits, 'reserveBytes' | 'reservePercent'>,
): void {
  metrics.onScrape('disk', () => {
    for (const room of watch.rooms()) {
      const { place } = room;
      metrics.set('marketops_disk_free_bytes', { place }, room.freeBytes);
      metrics.set('marketops_disk_size_bytes', { place }, room.totalBytes);
      metrics.set('marketops_disk_reserve_bytes', { place }, reserveOf(room, { ...limits, floorBytes: 0 }));
    }
  });
}
