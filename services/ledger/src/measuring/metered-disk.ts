import type { Metrics } from '@marketops/engine';
import type { AppendFile, Disk } from '../journal/disk.js';

/** The same disk, with every sync of a file measured. */
export function meteredDisk(disk: Disk, metrics: Metrics): Disk {
  const metered = (file: AppendFile): AppendFile => ({
    append: (bytes) => file.append(bytes),
    ...(file.appear === undefined ? {} : { appear: () => file.appear?.() ?? Promise.resolve() }),
    async sync() {
      const began = performance.now();
      await file.sync();
      const seconds = (performance.now() - began) / 1_000;
      metrics.observe('marketops_ledger_sync_duration_seconds', {}, seconds);
    },
    close: () => file.close(),
  });
  const { reopen } = disk;
  return {
    create: async (path) => metered(await disk.create(path)),
    ...(reopen === undefined ? {} : { reopen: async (path) => metered(await reopen(path)) }),
  };
}
