import { createReadStream, createWriteStream } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { LoadedConfig } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import type { JournalReport } from '@marketops/verifier';
import { listJournal, verifyJournal } from '@marketops/verifier/node';

/** What somebody with the disk may do to a file of the journal. */
export type Edit = (text: string) => string;

export interface EditedJournal {
  /** Of the genuine journal, a moment before. */
  readonly genuine: JournalReport;
  /** Of the edited copy, verified against what had been seen of the genuine one. */
  readonly edited: JournalReport;
}

/** Edits a copy of the whole journal, each file in turn, and verifies it as `marketops verify` would. */
export async function editedJournal(
  { dataDir, keyring }: Pick<LoadedConfig, 'dataDir' | 'keyring'>,
  edit: Edit,
): Promise<EditedJournal> {
  const dir = await mkdtemp(join(dataDir, 'edited-'));
  try {
    await cp(ledgerPaths(dataDir).journal, dir, { recursive: true });
    const genuine = await verifyJournal({ dir, keyring });
    for (const file of await listJournal(dir)) {
      const plain = join(dir, file.name);
      // The plain form counts where both are there: whoever edits a sealed file unpacks it first.
      if (file.sealed) await pipeline(createReadStream(file.path), createGunzip(), createWriteStream(plain));
      await writeFile(plain, edit(await readFile(plain, 'utf8')));
    }
    const pin = { sequence: genuine.lastSequence, hash: genuine.lastHash };
    return { genuine, edited: await verifyJournal({ dir, keyring, pin }) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
