import { rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { headKey, IndexError, type LedgerPaths, openCurrentTables } from '@marketops/journal';
import { claimTerm } from '../journal/terms.js';
import { openEpochBook } from '../restore/epoch-book.js';
import { type TermFence, termFence } from './fence.js';
import { isSame, readHolder, thisProcess } from './holder.js';
import type { WriterLease } from './lease.js';

/**
 * Claims a term above all that are known, and says in the folder and in the lease who writes now.
 * @throws LedgerError `deposed` where another has taken the lease meanwhile
 */
export async function becomeWriter(
  paths: LedgerPaths,
  lease: WriterLease,
  knownTerms: readonly number[],
): Promise<TermFence> {
  const fence = termFence(await claimTerm(paths.terms, knownTerms));
  await lease.claimed(relative(paths.terms, fence.drafts));
  await fence.replace(paths.lock, JSON.stringify(thisProcess()), 0o600);
  return fence;
}

/** No longer says that this process writes. */
export async function leave({ lock }: LedgerPaths): Promise<void> {
  const holder = await readHolder(lock);
  if (holder !== undefined && isSame(holder, thisProcess())) await rm(lock, { force: true });
}

/** The highest epoch that a folder knows of, before anything in it is claimed; 0 where it knows of none. */
export function epochKnownTo(root: string): number {
  const { highest } = openEpochBook(root);
  return Math.max(highest(), indexedEpoch(root));
}

function indexedEpoch(root: string): number {
  try {
    const tables = openCurrentTables(root);
    const epoch = tables.meta.get(headKey)?.epoch ?? 0;
    void tables.root.close();
    return epoch;
  } catch (fault) {
    // It is made again from the journal.
    if (fault instanceof IndexError) return 0;
    throw fault;
  }
}
