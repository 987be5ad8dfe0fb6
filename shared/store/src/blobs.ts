import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeFolder, syncFolder, writeDraft } from '@marketops/files';
import { StoreError } from './errors.js';
import { openSealedBlobs, type SealedBlobs } from './sealed/sealed-blobs.js';

/** Content-addressed bytes. A blob is durable before anything names it. */
export interface BlobStore {
  /** @returns `sha256:<hex>`. Putting the same bytes twice is one blob. */
  put(bytes: string | Uint8Array): Promise<string>;
  /** Copies a file in, hashing while it reads. @throws StoreError `blob_too_large` above `bytesMax`. */
  putFile(path: string, bytesMax: number): Promise<{ readonly ref: string; readonly sizeBytes: number }>;
  /** The bytes, verified against their name. @throws StoreError `blob_missing`, `blob_corrupt`, `blob_too_large`. */
  read(ref: string, bytesMax: number): Promise<Uint8Array>;
  /** Where the bytes lie, for streaming; whoever streams them hashes them. */
  pathOf(ref: string): string;
  /** Encrypted ones, whose keys can be destroyed. */
  readonly sealed: SealedBlobs;
}

/**
 * Blobs as files: `<root>/sha256/<first two digits>/<hex>`.
 * @param keysFolder where the keys of the encrypted ones stand: beside the blobs, never among them
 */
export function openFileBlobs(root: string, keysFolder = join(dirname(root), 'blob-keys')): BlobStore {
  const pathOf = (ref: string): string => {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(ref)?.[1];
    if (hex === undefined) throw missing(ref);
    return join(root, 'sha256', hex.slice(0, 2), hex);
  };
  const blobs: Omit<BlobStore, 'sealed'> = {
    pathOf,
    async put(bytes) {
      const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      if (await exists(pathOf(ref))) return ref;
      const temporary = await temporaryFile(root);
      try {
        await writeDraft(temporary, bytes, { mode: 0o600 });
        await settle(temporary, pathOf(ref));
        return ref;
      } catch (fault) {
        await rm(temporary, { force: true });
        throw fault;
      }
    },
    async putFile(path, bytesMax) {
      // Before anything is made: a stream that fails to open may leave the other side's file behind.
      if (!(await stat(path)).isFile()) throw new RangeError(`${path} is not a file`);
      const temporary = await temporaryFile(root);
      try {
        const { hex, sizeBytes } = await copyHashed(path, temporary, bytesMax);
        const ref = `sha256:${hex}`;
        await settle(temporary, pathOf(ref));
        return { ref, sizeBytes };
      } catch (fault) {
        await rm(temporary, { force: true });
        throw fault;
      }
    },
    async read(ref, bytesMax) {
      const path = pathOf(ref);
      const size = await stat(path).then(
        ({ size }) => size,
        () => undefined,
      );
      if (size === undefined) throw missing(ref);
      if (size > bytesMax) throw tooLarge(ref, bytesMax);
      const bytes = await readFile(path);
      if (createHash('sha256').update(bytes).digest('hex') !== ref.slice('sha256:'.length)) {
        throw new StoreError('blob_corrupt', `${ref} holds other bytes than its name says`, {
          next: 'Restore the blob store from a backup; nothing was done with these bytes.',
        });
      }
      return bytes;
    },
  };
  const remove = async (ref: string): Promise<void> => {
    const path = pathOf(ref);
    if (!(await exists(path))) return;
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  };
  return { ...blobs, sealed: openSealedBlobs(keysFolder, { put: blobs.put, read: blobs.read, remove }) };
}

/** What was planned is nobody else's to read. */
const folderMode = 0o700;

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function temporaryFile(root: string): Promise<string> {
  const folder = join(root, 'incoming');
  await makeFolder(folder, folderMode);
  return join(folder, randomUUID());
}

async function copyHashed(
  from: string,
  to: string,
  bytesMax: number,
): Promise<{ hex: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const measure = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > bytesMax) return done(tooLarge(from, bytesMax));
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(from), measure, createWriteStream(to, { flags: 'wx', mode: 0o600 }));
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  return { hex: hash.digest('hex'), sizeBytes };
}

/** Renames into place and makes the name durable too: without the directory's fsync a crash may forget it. */
async function settle(temporary: string, path: string): Promise<void> {
  await makeFolder(dirname(path), folderMode);
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

const missing = (ref: string) =>
  new StoreError('blob_missing', `there is no blob ${ref.slice(0, 80)}`, {
    next: 'Check that every service uses the same blob folder; restore it from a backup if it was lost.',
  });
const tooLarge = (what: string, bytesMax: number) =>
  new StoreError('blob_too_large', `${what} exceeds ${bytesMax} bytes`, { next: 'Make it smaller.' });
