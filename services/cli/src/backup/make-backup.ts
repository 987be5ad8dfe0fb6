import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rm, statfs } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { asDiskError, type LoadedConfig, newUlid, replaceFile } from '@marketops/engine';
import { ledgerPaths, readLedgerName } from '@marketops/journal';
import { nodeCrypto } from '@marketops/proof/node';
import type { JournalProgress } from '@marketops/verifier';
import { listJournal } from '@marketops/verifier/node';
import { CliError } from '../errors.js';
import { blobPath, blobsOf, copyBlobs, missingBlobs } from './copy-blobs.js';
import { copyJournal } from './copy-journal.js';
import { copyFile } from './copying.js';
import { backupInvalid, backupRefused } from './errors.js';
import { type BackedUpFile, type Manifest, readManifest, writeManifest } from './manifest.js';
import { oneAtATime } from './one-at-a-time.js';
import { inBackup, partsOf, smallFilesOf } from './small-files.js';
import { verifyChain, verifyFiles } from './verify-backup.js';

export interface BackupOptions {
  readonly withKeys: boolean;
  readonly withBlobKeys: boolean;
  /** Removes blobs from the backup that the system does not have any more: erased there, they are to be erased here. */
  readonly dropErased: boolean;
  readonly onProgress?: (progress: JournalProgress) => void;
}

export interface BackupDone {
  readonly manifest: Manifest;
  readonly copied: { readonly journalFiles: number; readonly journalBytes: number; readonly blobs: number };
  /** Blobs of the backup that the system does not have any more. */
  readonly erasedThere: number;
}

/**
 * Copies what a system needs to go on after it has lost everything, while it runs. The order makes it consistent: what was signed
 * first, then the journal up to a commit, then blobs, which are durable before anything names them. The manifest comes last.
 * @throws CliError `ledger_missing`, `backup_refused`, `backup_invalid`; DiskError
 */
export async function makeBackup(
  loaded: LoadedConfig,
  folder: string,
  options: BackupOptions,
): Promise<BackupDone> {
  const ledger = await ledgerNameOf(loaded);
  await makeTarget(folder, loaded.dataDir);
  return oneAtATime(folder, () => copyAll(loaded, ledger, folder, options));
}

async function copyAll(
  loaded: LoadedConfig,
  ledger: string,
  folder: string,
  options: BackupOptions,
): Promise<BackupDone> {
  const { dataDir, configPath, root, config, keyring } = loaded;
  const from = partsOf(dataDir);
  const before = await readManifest(folder);
  if (before !== undefined && before.ledger !== ledger)
    throw backupRefused(
      `${folder} holds a backup of another ledger, ${before.ledger}`,
      'Name another folder.',
    );
  const to = partsOf(join(folder, inBackup.data));
  await refuseFull(folder, from, to);

  const state = `state-${newUlid()}`;
  const files: BackedUpFile[] = [];
  for (const { from: path, path: name, secret } of await smallFilesOf(
    { configPath, dataDir, root, policies: resolve(root, config.policies) },
    options,
  )) {
    const copied = await copyFile(path, join(folder, state, name), { mode: secret ? 0o600 : 0o640 });
    files.push({ path: `${state}/${name}`, ...copied });
  }
  const checkpoint = await textOf(join(folder, state, inBackup.data, 'ledger', 'signed', 'checkpoint'));
  const journal = await copyJournal(from.journal, to.journal, before);
  const { names, gone } = await missingBlobs(from.blobs, to.blobs);
  const blobs = await copyBlobs(from.blobs, to.blobs, names);
  if (options.dropErased) for (const name of gone) await rm(blobPath(to.blobs, name), { force: true });

  if (journal.files.length === 0) throw backupInvalid('no entry of the journal is committed yet');
  const chain = { journal: to.journal, keyring, checkpoint, onProgress: options.onProgress };
  const { lastSequence, lastHash } = await verifyChain(chain);
  const manifest: Manifest = {
    version: 1,
    made_at: new Date().toISOString(),
    ledger,
    last_sequence: lastSequence,
    last_hash: lastHash,
    checkpoint,
    journal: journal.files,
    state,
    files,
    blobs: await blobsOf(to.blobs),
    with_keys: options.withKeys,
    with_blob_keys: options.withBlobKeys,
  };
  // Until all of it has been read back, the backup before stands.
  await verifyFiles(folder, manifest);
  writeManifest(folder, manifest);
  await removeOtherStates(folder, state);
  const copied = { journalFiles: journal.copiedFiles, journalBytes: journal.copiedBytes, blobs };
  return { manifest, copied, erasedThere: gone.length };
}

async function ledgerNameOf({ dataDir, keyring }: LoadedConfig): Promise<string> {
  const paths = ledgerPaths(dataDir);
  const name = await readLedgerName(nodeCrypto, paths.journal, keyring.log_origin).catch(() => '#');
  if (!name.endsWith('#')) return name;
  throw new CliError('ledger_missing', `there is no ledger with an entry in ${paths.root}`, {
    next: 'Start one with marketops dev, or name the right marketops.yml with --config.',
  });
}

/** A backup inside of what it is a backup of is lost with it. */
async function makeTarget(folder: string, dataDir: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (fault) {
    throw asDiskError(fault, folder);
  }
  const [target, source] = [await realpath(folder), await realpath(dataDir)];
  if (target === source || target.startsWith(source + sep) || source.startsWith(target + sep))
    throw backupRefused(
      `${folder} and the data folder ${dataDir} lie in one another`,
      'Name a folder elsewhere, best on another disk.',
    );
  // Found out before hours of copying, with a file that is gone again.
  const probe = join(folder, `.probe-${randomBytes(4).toString('hex')}`);
  replaceFile(probe, '', 0o600);
  await rm(probe, { force: true });
}

const spareBytes = 16 * 1_024 * 1_024;

type Parts = ReturnType<typeof partsOf>;

/** Refused before anything is written, as far as it can be known. */
async function refuseFull(folder: string, from: Parts, to: Parts): Promise<void> {
  const there = new Map(
    (await listJournal(to.journal).catch(() => [])).map(({ name, bytes }) => [name, bytes] as const),
  );
  let needed = (await missingBlobs(from.blobs, to.blobs)).bytes + spareBytes;
  for (const { name, bytes, diskBytes } of await listJournal(from.journal))
    if (there.get(name) !== bytes) needed += diskBytes;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < needed)
    throw backupRefused(
      `the disk of ${folder} has ${bavail * bsize} bytes free, and ${needed} are needed`,
      'Make room there, or name a folder on another disk. Nothing was written.',
    );
}

/** Those of backups before, and of interrupted ones; with them the secrets that one of them may have held. */
async function removeOtherStates(folder: string, state: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith('state-') && name !== state)
      await rm(join(folder, name), { recursive: true, force: true });
}

const textOf = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return null;
    throw fault;
  });
