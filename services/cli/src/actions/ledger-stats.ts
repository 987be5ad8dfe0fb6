import { openIndexOf } from '@marketops/operator/reading';
import { bytes, plural, thousands } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { ledgerOf } from '../ledger-files/ledger-of.js';
import { type LedgerStats, ledgerStats } from '../ledger-files/stats.js';
import type { Output } from '../output.js';
import { table } from '../render/table.js';
import { sanitize } from '../sanitize.js';

const tellEveryMs = 1_000;

export async function ledgerStatsShown(invocation: Invocation): Promise<number> {
  const { output, signal } = invocation;
  const ledger = await ledgerOf(invocation);
  const index = openIndexOf(ledger.loaded);
  let toldAtMs = performance.now();
  try {
    const stats = await ledgerStats(ledger, {
      ...{ index, signal },
      onEntries: (entries) => {
        if (entries % 1_000 !== 0 || performance.now() - toldAtMs < tellEveryMs) return;
        toldAtMs = performance.now();
        output.note(`  ${thousands(entries)} entries`);
      },
    });
    output.document(statsJson(stats));
    render(output, stats);
  } finally {
    await index?.close();
  }
  return exitCodes.held;
}

function render(output: Output, stats: LedgerStats): void {
  const { entries, files, terms, indexed, checkpoint, room, counts, daysLeft } = stats;
  const size = stats.bytes;
  const lines: [string, string][] = [
    ['entries', `${thousands(entries)}, head ${stats.headHash.slice(0, 16)}…`],
    ['journal', `${bytes(size.journal)} in ${plural(files.count, 'file')} of ${plural(terms, 'term')}`],
    ['sealed', sealedText(stats)],
    ['index', `${bytes(size.index)}, up to entry ${thousands(indexed ?? 0)}`],
    ['tiles', size.tiles === 0 ? 'none here' : bytes(size.tiles)],
    [
      'checkpoint',
      checkpoint === null
        ? 'none here'
        : `of ${thousands(checkpoint.size)} entries, root ${checkpoint.root.slice(0, 16)}…`,
    ],
    ['torn', size.torn === 0 ? 'nothing was ever cut off' : `${bytes(size.torn)} kept of what was cut off`],
    ['a day', `${plural(stats.entriesPerDay, 'entry').replace('entrys', 'entries')}`],
    [
      'room',
      `${bytes(room.freeBytes)} free of ${bytes(room.totalBytes)}; minting stops at ${bytes(room.reserveBytes)}`,
    ],
    ['days left', daysLeft === null ? 'nothing can be said yet' : thousands(daysLeft)],
  ];
  for (const [name, text] of lines) output.line(`${output.paint.bold(name.padEnd(11))} ${text}`);
  for (const [title, map] of [
    ['type', counts.byType],
    ['tenant', counts.byTenant],
    ['day', counts.byDay],
  ] as const) {
    const rows = [...map].sort(([a, one], [b, other]) => (title === 'day' ? (a < b ? 1 : -1) : other - one));
    output.line();
    output.line(
      table(
        output,
        [title, 'entries'],
        rows.slice(0, shownMax).map(([name, count]) => [sanitize(name), thousands(count)]),
      ),
    );
    if (rows.length > shownMax)
      output.line(`  and ${thousands(rows.length - shownMax)} more: --json has all of them`);
  }
}

const shownMax = 20;

function sealedText({ files, bytes: { sealed, sealedRaw } }: LedgerStats): string {
  if (files.sealed === 0) return 'no file yet';
  const share = Math.round((100 * sealed) / Math.max(1, sealedRaw));
  return `${plural(files.sealed, 'file')}: ${bytes(sealedRaw)} packed into ${bytes(sealed)} (${share} %)`;
}

const statsJson = ({ bytes: size, files, room, counts, ...stats }: LedgerStats) => ({
  entries: stats.entries,
  head_hash: stats.headHash,
  indexed: stats.indexed,
  terms: stats.terms,
  files: files.count,
  sealed_files: files.sealed,
  bytes: {
    ...{ raw: size.raw, journal: size.journal, sealed_raw: size.sealedRaw, sealed: size.sealed },
    ...{ index: size.index, tiles: size.tiles, torn: size.torn },
  },
  checkpoint: stats.checkpoint,
  room: { free_bytes: room.freeBytes, total_bytes: room.totalBytes, reserve_bytes: room.reserveBytes },
  entries_per_day: stats.entriesPerDay,
  days_left: stats.daysLeft,
  by_type: Object.fromEntries(counts.byType),
  by_tenant: Object.fromEntries(counts.byTenant),
  by_day: Object.fromEntries(counts.byDay),
});
