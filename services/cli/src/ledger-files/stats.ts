import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type LedgerIndex, ledgerPaths } from '@marketops/journal';
import { envelopeOf } from '@marketops/operator/reading';
import { listJournal } from '@marketops/verifier/node';
import { checkpointIn } from './checkpoint.js';
import type { LedgerOf } from './ledger-of.js';
import { walkChain } from './walk-chain.js';

interface Counts {
  readonly byType: ReadonlyMap<string, number>;
  /** `–` for what is of no tenant. */
  readonly byTenant: ReadonlyMap<string, number>;
  /** By the day of the event's time, UTC. */
  readonly byDay: ReadonlyMap<string, number>;
}

export interface LedgerStats {
  readonly entries: number;
  readonly headHash: string;
  /** How far the index goes, which is as far as has been acknowledged; null where there is none. */
  readonly indexed: number | null;
  readonly terms: number;
  readonly files: { readonly count: number; readonly sealed: number };
  readonly bytes: {
    /** Of the journal, unpacked, and what it takes of the disk. */
    readonly raw: number;
    readonly journal: number;
    readonly sealedRaw: number;
    readonly sealed: number;
    readonly index: number;
    readonly tiles: number;
    readonly torn: number;
  };
  readonly checkpoint: { readonly size: number; readonly root: string } | null;
  readonly room: { readonly freeBytes: number; readonly totalBytes: number; readonly reserveBytes: number };
  /** Of the last seven days with entries. */
  readonly entriesPerDay: number;
  /** Until minting stops, at that rate; null where nothing can be said. */
  readonly daysLeft: number | null;
  readonly counts: Counts;
}

/** Different ones remembered of each kind: a tenant's name comes from a request. */
const namesMax = 10_000;
const rest = '…';

/** Counts a ledger, reading all of it. Nothing is verified but that the entries follow one another. @throws JournalError */
export async function ledgerStats(
  { loaded, paths, trust, tiles }: LedgerOf,
  { index, signal, onEntries }: StatsOptions,
): Promise<LedgerStats> {
  const counts = {
    byType: new Map<string, number>(),
    byTenant: new Map<string, number>(),
    byDay: new Map<string, number>(),
  };
  const count = (map: Map<string, number>, name: string): void => {
    const key = map.has(name) || map.size < namesMax ? name : rest;
    map.set(key, (map.get(key) ?? 0) + 1);
  };
  const head = await walkChain({
    ...{ dir: paths.journal, trust, signal },
    take: ({ kind, text, sequence }) => {
      if (kind !== 'entry') return;
      const envelope = envelopeOf(text);
      count(counts.byType, envelope?.type ?? '?');
      count(counts.byTenant, envelope?.tenantId ?? '–');
      count(counts.byDay, envelope?.time.slice(0, 10) ?? '?');
      onEntries(sequence);
    },
  });
  const files = await listJournal(paths.journal);
  const sealed = files.filter((file) => file.sealed);
  const sum = (some: typeof files, of: 'bytes' | 'diskBytes') =>
    some.reduce((all, file) => all + file[of], 0);
  const bytes = {
    ...{ raw: sum(files, 'bytes'), journal: sum(files, 'diskBytes') },
    ...{ sealedRaw: sum(sealed, 'bytes'), sealed: sum(sealed, 'diskBytes') },
    index: await bytesBelow(paths.index),
    tiles: tiles === undefined ? 0 : await bytesBelow(tiles),
    torn: await bytesBelow(paths.torn),
  };
  const room = await roomOf(loaded);
  const entriesPerDay = recentRate(counts.byDay);
  const checkpoint = await checkpointIn(tiles);
  return {
    ...{ entries: head.sequence, headHash: head.hash, indexed: index?.head()?.sequence ?? null },
    terms: new Set(files.map(({ term }) => term)).size,
    files: { count: files.length, sealed: sealed.length },
    ...{ bytes, room, entriesPerDay, counts },
    checkpoint: checkpoint === undefined ? null : { size: checkpoint.size, root: checkpoint.root },
    daysLeft: daysUntil(room, entriesPerDay * perEntry(bytes, head.sequence)),
  };
}

export interface StatsOptions {
  readonly index: LedgerIndex | undefined;
  readonly signal: AbortSignal;
  readonly onEntries: (entries: number) => void;
}

/** What an entry takes of the disk, with all that is derived from it. */
const perEntry = ({ journal, index, tiles }: LedgerStats['bytes'], entries: number): number =>
  entries === 0 ? 0 : (journal + index + tiles) / entries;

function recentRate(byDay: ReadonlyMap<string, number>): number {
  const last = [...byDay].sort(([a], [b]) => (a < b ? 1 : -1)).slice(0, 7);
  return last.length === 0
    ? 0
    : Math.round(last.reduce((all, [, entries]) => all + entries, 0) / last.length);
}

function daysUntil({ freeBytes, reserveBytes }: LedgerStats['room'], bytesPerDay: number): number | null {
  if (bytesPerDay <= 0) return null;
  return Math.max(0, Math.floor((freeBytes - reserveBytes) / bytesPerDay));
}

async function roomOf({ dataDir, config }: LedgerOf['loaded']): Promise<LedgerStats['room']> {
  const { bavail, blocks, bsize } = await statfs(ledgerPaths(dataDir).root);
  const { reserve_bytes: bytes, reserve_percent: percent } = config.ledger.room;
  const totalBytes = blocks * bsize;
  return {
    freeBytes: bavail * bsize,
    totalBytes,
    reserveBytes: Math.max(bytes, Math.ceil((totalBytes * percent) / 100)),
  };
}

/** What a folder's files take of the disk; LMDB's are larger than what is in them. 0 where there is none. */
async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const stats = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    if (stats !== undefined) bytes += stats.blocks * 512;
  }
  return bytes;
}
