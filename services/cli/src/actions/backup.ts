import { resolve } from 'node:path';
import { loadConfig } from '@marketops/engine';
import { plural, thousands } from '@marketops/operator/words';
import { makeBackup } from '../backup/make-backup.js';
import type { Invocation } from '../command.js';
import type { BackupFlags } from '../commands/backup.js';
import { exitCodes } from '../exit-codes.js';
import { sanitize } from '../sanitize.js';

const tellEveryMs = 1_000;

export async function backup(
  { output, env, configPath }: Invocation,
  [folder = '']: readonly string[],
  { withKeys, withBlobKeys, dropErased }: BackupFlags,
): Promise<number> {
  const loaded = loadConfig(configPath, env);
  const path = resolve(folder);
  let toldAtMs = performance.now();
  const done = await makeBackup(loaded, path, {
    withKeys: withKeys === true,
    withBlobKeys: withBlobKeys === true,
    dropErased: dropErased === true,
    onProgress: ({ entries }) => {
      if (performance.now() - toldAtMs < tellEveryMs) return;
      toldAtMs = performance.now();
      output.note(`  ${thousands(entries)} entries verified`);
    },
  });
  const { manifest, copied, erasedThere } = done;
  output.document({
    folder: path,
    made_at: manifest.made_at,
    ledger: manifest.ledger,
    last_sequence: manifest.last_sequence,
    last_hash: manifest.last_hash,
    checkpoint: manifest.checkpoint,
    journal_files: manifest.journal.length,
    blobs: manifest.blobs.count,
    copied: { journal_files: copied.journalFiles, journal_bytes: copied.journalBytes, blobs: copied.blobs },
    erased_there: erasedThere,
    with_keys: manifest.with_keys,
    with_blob_keys: manifest.with_blob_keys,
  });
  output.line(
    `${sanitize(path)} holds the ledger up to entry ${thousands(manifest.last_sequence)}, verified.`,
  );
  output.line(
    `Copied now: ${plural(copied.journalFiles, 'journal file')}, ${thousands(copied.journalBytes)} bytes; ${plural(copied.blobs, 'blob')} of ${thousands(manifest.blobs.count)}.`,
  );
  if (manifest.checkpoint === null)
    output.line('No checkpoint has been signed yet: it stands at the chain’s hash alone.');
  if (erasedThere > 0 && dropErased !== true)
    output.note(
      `${plural(erasedThere, 'blob')} in it the system does not have any more. Where they were erased: --drop-erased.`,
    );
  const loud = output.paintNote.yellow;
  if (manifest.with_keys)
    output.note(
      loud('It holds the PRIVATE KEYS: whoever can read it can sign as every service of this system.'),
    );
  else
    output.note(
      'No private keys are in it: keep a copy of the keys folder elsewhere, or a restored system cannot sign.',
    );
  if (manifest.with_blob_keys)
    output.note(
      loud('It holds the keys of encrypted blobs: what is erased in the system can still be read from it.'),
    );
  return exitCodes.held;
}
