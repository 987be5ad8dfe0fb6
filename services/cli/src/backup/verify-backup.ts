import { join } from 'node:path';
import type { Keyring } from '@marketops/contracts';
import { keyringPath, readKeyring } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { type JournalProgress, type JournalReport, seenRootOf } from '@marketops/verifier';
import { fileAt, listJournal, verifyJournal } from '@marketops/verifier/node';
import { blobNames, blobPath, blobsOf } from './copy-blobs.js';
import { digestOf, digestOfFile } from './copying.js';
import { backupInvalid } from './errors.js';
import { type Manifest, readManifest } from './manifest.js';
import { inBackup, partsOf } from './small-files.js';

export interface VerifiedBackup {
  readonly manifest: Manifest;
  readonly keyring: Keyring;
  readonly report: JournalReport;
}

type OnProgress = (progress: JournalProgress) => void;

/**
 * Reads a backup back: every file against the manifest, every blob against its name, the chain from its first entry, with all
 * signatures and laws, and against the checkpoint it stands at.
 * @throws CliError `backup_invalid`
 */
export async function verifyBackup(folder: string, onProgress?: OnProgress): Promise<VerifiedBackup> {
  const manifest = await readManifest(folder);
  if (manifest === undefined)
    throw backupInvalid(`${folder} holds no manifest.json: it is no backup, or none was ever finished there`);
  await verifyFiles(folder, manifest);
  const dataDir = join(folder, inBackup.data);
  const keyring = readKeyring(keyringPath(join(folder, manifest.state, inBackup.data)));
  const { last_sequence: sequence, last_hash: hash, checkpoint } = manifest;
  const pin = { sequence, hash };
  const { journal } = partsOf(dataDir);
  const report = await verifyChain({ journal, keyring, checkpoint, pin, onProgress });
  return { manifest, keyring, report };
}

/** The half of it that takes no keys. @throws CliError `backup_invalid` */
export async function verifyFiles(folder: string, manifest: Manifest): Promise<void> {
  for (const file of manifest.files) await verifyFile(folder, file);
  const { journal, blobs } = partsOf(join(folder, inBackup.data));
  for (const file of manifest.journal) {
    const found = await digestOf(fileAt(join(journal, file.name)), file.bytes).catch((fault: unknown) => {
      throw backupInvalid(`${file.name} cannot be read`, fault);
    });
    if (found !== file.sha256) throw backupInvalid(`${file.name} is not what was copied`);
  }
  await verifyBlobs(blobs, manifest);
  await refuseStrays(journal, manifest);
}

export interface Chain {
  /** The folder. */
  readonly journal: string;
  readonly keyring: Keyring;
  readonly checkpoint: string | null;
  readonly pin?: { readonly sequence: number; readonly hash: string };
  readonly onProgress?: OnProgress | undefined;
}

/** The other half: what the journal says, and that it is the log that the checkpoint speaks of. @throws CliError `backup_invalid` */
export async function verifyChain({
  journal,
  keyring,
  checkpoint,
  pin,
  onProgress,
}: Chain): Promise<JournalReport> {
  const where = 'the checkpoint of the backup';
  const roots = checkpoint === null ? [] : [seenRootOf(nodeCrypto, checkpoint, keyring, where)];
  const report = await verifyJournal({ dir: journal, keyring, pin, seen: { roots }, onProgress });
  if (report.ok) return report;
  const fault = report.fault ?? report.violations[0];
  throw backupInvalid(`the journal does not hold: ${fault?.message ?? 'it is not whole'}`);
}

async function verifyFile(folder: string, file: Manifest['files'][number]): Promise<void> {
  const found = await digestOfFile(join(folder, file.path)).catch((fault: unknown) => {
    throw backupInvalid(`${file.path} cannot be read`, fault);
  });
  if (found.sha256 !== file.sha256) throw backupInvalid(`${file.path} is not what was copied`);
}

async function verifyBlobs(folder: string, { blobs }: Manifest): Promise<void> {
  const found = await blobsOf(folder);
  // More than the manifest says were copied by a backup that was interrupted afterwards: that takes nothing away.
  if (found.count < blobs.count || (found.count === blobs.count && found.names_sha256 !== blobs.names_sha256))
    throw backupInvalid(`it holds ${found.count} blobs, the manifest says ${blobs.count}`);
  for (const name of await blobNames(folder)) {
    const { sha256 } = await digestOfFile(blobPath(folder, name));
    if (sha256 !== name) throw backupInvalid(`blob ${name} is not what its name says`);
  }
}

/** A journal file that the manifest does not name was copied by a backup that was interrupted, and stands after this one's end. */
async function refuseStrays(journal: string, manifest: Manifest): Promise<void> {
  const named = new Set(manifest.journal.map(({ name }) => name));
  const last = manifest.journal.at(-1)?.name ?? '';
  for (const { name } of await listJournal(journal))
    if (!named.has(name) && name < last) throw backupInvalid(`${name} is in no manifest`);
}
