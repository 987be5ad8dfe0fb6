import type { Keyring } from '@marketops/contracts';
import { JournalError } from '../journal/errors.js';
import type { JournalProgress, JournalReport } from '../journal/report.js';
import type { ChainPoint } from '../journal/walk.js';
import type { Seen, SeenRoot } from '../memory/memory.js';
import { SampledPoints } from '../memory/sampled-points.js';
import { listJournal, verifyJournal } from '../node.js';
import { VerifyCommandError } from './errors.js';
import { readCheckpoint, readKeyring, readPinned } from './inputs.js';
import type { VerifyOptions } from './options.js';

export interface Verified {
  readonly report: JournalReport;
  /** What it was compared with, in words. */
  readonly memories: readonly string[];
}

/**
 * Verifies a folder's journal with everything that was given to remember it by.
 * @throws VerifyCommandError; JournalError for a memory that cannot be believed, `journal_unreadable`
 */
export async function verifyWithMemories(
  { place: folder, keyring: keyringPath, pins, checkpoints, copies }: VerifyOptions,
  onProgress: (progress: JournalProgress) => void,
): Promise<Verified> {
  const keyring = await readKeyring(keyringPath);
  const files = await listJournal(folder);
  const pinned = await Promise.all(pins.map((pin) => readPinned(pin, keyring.log_origin)));
  const roots = await Promise.all(checkpoints.map((path) => readCheckpoint(path, keyring)));
  const seen: Seen = { points: [...pinned, ...(await pointsOf(copies, keyring))], roots };
  const memories = memoriesIn(pinned, roots, copies);
  if (files.length === 0 && memories.length === 0)
    throw new VerifyCommandError('verify_journal_missing', `There is no journal file in ${folder}.`);
  return { report: await verifyJournal({ dir: folder, keyring, seen, onProgress }), memories };
}

/** A copy is verified as the journal itself is: what does not hold, or holds nothing, is no memory. */
async function pointsOf(copies: readonly string[], keyring: Keyring): Promise<ChainPoint[]> {
  const points: ChainPoint[] = [];
  for (const dir of copies) {
    const sampled = new SampledPoints();
    const { fault, lastSequence, lastHash } = await verifyJournal({
      ...{ dir, keyring, onPoint: (point) => sampled.add(point) },
    });
    if (fault !== undefined)
      throw new JournalError('copy_invalid', `The copy ${dir} does not hold itself: ${fault.message}`);
    if (lastSequence === 0)
      throw new JournalError(
        'copy_invalid',
        `The copy ${dir} has no entry: there is nothing to compare with.`,
      );
    points.push(...sampled.points, { sequence: lastSequence, hash: lastHash });
  }
  return points;
}

/** What there is to compare with, in words. What was seen of a log before its first entry is no memory. */
export const memoriesIn = (
  pins: readonly ChainPoint[],
  checkpoints: readonly SeenRoot[],
  copies: readonly string[] = [],
): string[] =>
  [
    counted(pins.filter(({ sequence }) => sequence > 0).length, 'pin', 'pins'),
    counted(checkpoints.filter(({ size }) => size > 0).length, 'checkpoint', 'checkpoints'),
    counted(copies.length, 'copy', 'copies'),
  ].filter((text) => text !== '');

const counted = (count: number, one: string, more: string): string =>
  count === 0 ? '' : `${count} ${count === 1 ? one : more}`;
