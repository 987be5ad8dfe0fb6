import type { JournalReport } from '@marketops/journal';
import { verifyJournal } from '@marketops/journal';
import { startLedger } from './start.js';
import { createWorld, testRunId } from './testing.js';

export interface LedgerMeasure {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** All of this process's CPU while the ledger worked: user and system, of every thread. */
  readonly cpuMicrosPerEvent: number;
  readonly verifiedPerSecond: number;
  readonly report: JournalReport;
}

/**
 * How fast the ledger takes events that are waiting for it, and how fast the journal is verified afterwards: store in
 * memory, real signatures, real files, real fdatasync.
 * @param perSegment events per append; 1 is the dearest
 */
export async function measureLedger(events: number, perSegment = 1): Promise<LedgerMeasure> {
  const world = await createWorld();
  try {
    // The first start opens the epoch; what is appended afterwards waits in the outbox for the second.
    const first = await startLedger(world.engine());
    await first.settledThrough(1);
    await first.stop();
    const streams = Math.ceil(events / perSegment);
    await Promise.all(
      Array.from({ length: streams }, (_, at) => world.appendBlocked(testRunId(at), 'a', 0, perSegment)),
    );
    const total = 1 + streams * perSegment;
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    const ledger = await startLedger(world.engine());
    await ledger.settledThrough(total);
    const elapsedMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(cpu);
    await ledger.stop();
    const report = await verifyJournal({ dir: world.paths.journal, keyring: world.loaded.keyring });
    return {
      events: streams * perSegment,
      eventsPerSecond: Math.round((streams * perSegment * 1_000) / elapsedMs),
      cpuMicrosPerEvent: Math.round((user + system) / (streams * perSegment)),
      verifiedPerSecond: Math.round((report.entries * 1_000) / report.elapsedMs),
      report,
    };
  } finally {
    await world.close();
  }
}
