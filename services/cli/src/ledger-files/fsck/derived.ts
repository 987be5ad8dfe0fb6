import { rm } from 'node:fs/promises';
import type { LedgerIndex } from '@marketops/journal';
import { reasonOf, thousands } from '@marketops/operator/words';
import { nodeCrypto } from '@marketops/proof/node';
import { type ChainPoint, verifyTiles } from '@marketops/verifier';
import { logInFolder } from '@marketops/verifier/node';
import { fail, ok, skipped, warn } from '../../doctor/finding.js';
import { checkpointIn } from '../checkpoint.js';
import type { LedgerOf } from '../ledger-of.js';
import type { FsckFinding } from './finding.js';

/** Entries that are looked up through the index, spread over all of it. */
const samplesMax = 2_000;

/** The index against the journal: where it ends, and whether it finds what it says. @param head of the journal, verified */
export async function indexFindings(
  { paths }: LedgerOf,
  index: LedgerIndex | undefined,
  head: ChainPoint,
): Promise<FsckFinding[]> {
  const remake = async (): Promise<string> => {
    await rm(paths.index, { recursive: true, force: true });
    return 'the index was removed; the next ledger makes it from the journal when it starts';
  };
  const next =
    'With no ledger running: marketops ledger fsck --repair. It is derived, and made again at the next start.';
  const indexed = index?.head();
  if (index === undefined || indexed === undefined)
    return [warn('index', 'there is none', 'Start the ledger: it makes the index from the journal.')];
  if (indexed.sequence > head.sequence)
    return [
      {
        ...fail(
          'index',
          `it goes to entry ${thousands(indexed.sequence)}, and the journal to ${thousands(head.sequence)}: the journal’s end is gone`,
          'Put the newest copy of the journal in its place. Do not repair the index: it is the memory of what is missing.',
        ),
      },
    ];
  if (indexed.sequence === head.sequence && indexed.hash !== head.hash)
    return [
      {
        ...fail(
          'index',
          'it is the index of another history',
          'Find out which of the two was changed before anything is repaired: marketops verify.',
        ),
      },
    ];
  const step = Math.max(1, Math.ceil(indexed.sequence / samplesMax));
  let looked = 0;
  try {
    for (let sequence = indexed.sequence; sequence >= 1; sequence -= step) {
      const { hash, entry } = await index.entryAt(sequence);
      if (sequence === indexed.sequence && hash !== indexed.hash)
        throw new RangeError(`entry ${entry.sequence} is another than it says`);
      looked += 1;
    }
  } catch (fault) {
    return [{ ...fail('index', reasonOf(fault), next), repair: remake }];
  }
  const behind = head.sequence - indexed.sequence;
  const lag =
    behind === 0
      ? ''
      : `; ${thousands(behind)} entries behind the journal, which the next start makes up for`;
  return [
    ok(
      'index',
      `goes to entry ${thousands(indexed.sequence)}; ${thousands(looked)} entries found where it says${lag}`,
    ),
  ];
}

/** The public log against itself; whether it is of this journal the journal's own walk has been asked. */
export async function tilesFindings(
  { tiles, loaded }: LedgerOf,
  onProgress: (entries: number) => void,
): Promise<FsckFinding[]> {
  if (tiles === undefined)
    return [skipped('tiles', 'the public log is in a bucket: marketops-verify tiles looks at it there')];
  const checkpoint = await checkpointIn(tiles);
  if (checkpoint === undefined)
    return [
      warn(
        'tiles',
        'there is no checkpoint',
        'The ledger publishes one within a second of running; docs/log.md.',
      ),
    ];
  const report = await verifyTiles({
    log: logInFolder(tiles),
    keyring: loaded.keyring,
    crypto: nodeCrypto,
    onProgress,
  });
  if (report.ok)
    return [
      ok(
        'tiles',
        `${thousands(report.size)} entries, every tile and bundle as they yield it, root ${report.root.slice(0, 16)}…`,
      ),
    ];
  const { message = '', code } = report.fault ?? {};
  return [
    {
      ...fail(
        'tiles',
        message,
        'Keep a copy: it shows that somebody changed it. Then, with no ledger running, marketops ledger fsck --repair.',
      ),
      // A checkpoint that does not hold is a matter of keys, not of tiles.
      ...(code === 'tiles_unsigned' ? {} : { repair: () => removeTiles(tiles) }),
    },
  ];
}

async function removeTiles(folder: string): Promise<string> {
  for (const name of ['tile', 'checkpoint']) await rm(`${folder}/${name}`, { recursive: true, force: true });
  return 'the tiles were removed; the ledger writes them again from the journal, to the same root or not at all';
}
