import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder, writeDraft } from '@marketops/files';
import { StoreError } from '../errors.js';
import { type RunKey, runKeyOf } from './cipher.js';

const secretBytes = 32;
/** A tombstone names at most a request, a plan and a thousand operations, of some 75 bytes each. */
const tombstoneBytesMax = 262_144;

/** What is left of an erased run's key. */
export interface Tombstone {
  readonly version: 1;
  readonly run_id: string;
  /** The order that was obeyed. */
  readonly command_id: string;
  /** The ciphertexts that went with the key, so that an erasure that was cut short can be finished. */
  readonly blobs: readonly string[];
}

/**
 * The keys of sealed runs: `<folder>/<run_id>.key`, 32 random bytes, for nobody else to read. They stand in a folder of their
 * own, so that copies of blobs and journal do not carry them.
 *
 *     (none) ── keyOf ──▶ <run>.key ── erase ──▶ <run>.erased, then the key is overwritten and unlinked
 *
 * The tombstone comes first: whoever finds it knows that the key is gone or going, and makes no new one.
 */
export interface RunKeys {
  /** The run's key, made and durable where there is none. @throws StoreError `blob_erased` */
  keyOf(runId: string): Promise<RunKey>;
  /** @throws StoreError `blob_erased`; `blob_key_missing` where it is gone without an erasure */
  existing(runId: string): Promise<RunKey>;
  tombstone(runId: string): Promise<Tombstone | undefined>;
  /** Twice is once. @returns the tombstone that stands: an earlier order's, where there was one */
  erase(tombstone: Tombstone): Promise<Tombstone>;
}

export function openRunKeys(folder: string): RunKeys {
  const pathOf = (runId: string, kind: 'key' | 'erased'): string => {
    // The id comes from events and jobs: it must not be a path.
    if (!/^run_[0-9a-z]{26}$/.test(runId))
      throw new RangeError(`no run id: ${JSON.stringify(runId.slice(0, 60))}`);
    return join(folder, `${runId}.${kind}`);
  };

  const tombstone = async (runId: string): Promise<Tombstone | undefined> => {
    const path = pathOf(runId, 'erased');
    const size = await stat(path).then(({ size }) => size, absent);
    if (size === undefined) return undefined;
    if (size > tombstoneBytesMax) throw unreadable(path);
    return tombstoneIn(path, await readFile(path, 'utf8'), runId);
  };

  const read = async (runId: string): Promise<RunKey | undefined> => {
    const path = pathOf(runId, 'key');
    const secret = await readBounded(path);
    if (secret === undefined) return undefined;
    if (secret.length !== secretBytes) throw unreadable(path);
    return runKeyOf(secret);
  };

  const refuseErased = async (runId: string): Promise<void> => {
    if ((await tombstone(runId)) !== undefined) throw erased(runId);
  };

  /** A name that is put in place only with all of its bytes behind it. */
  const place = async (bytes: string | Uint8Array, settle: (temporary: string) => Promise<void>) => {
    await makeFolder(folder, 0o700);
    const temporary = join(folder, `incoming-${randomUUID()}`);
    try {
      await writeDraft(temporary, bytes, { mode: 0o600 });
      await settle(temporary);
    } finally {
      await rm(temporary, { force: true });
    }
    await syncFolder(folder);
  };

  /** Overwritten in place first: where the disk keeps blocks in place, nothing of it is left to be found. */
  const destroy = async (runId: string): Promise<void> => {
    const path = pathOf(runId, 'key');
    const file = await open(path, 'r+').catch(absent);
    if (file === undefined) return;
    try {
      await file.write(randomBytes(secretBytes), 0, secretBytes, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await rm(path, { force: true });
    await syncFolder(folder);
  };

  return {
    tombstone,
    async keyOf(runId) {
      const known = await read(runId);
      await refuseErased(runId);
      if (known !== undefined) return known;
      // Of two that make one at once the first link stands, and both use it.
      await place(randomBytes(secretBytes), (temporary) =>
        link(temporary, pathOf(runId, 'key')).catch(unlessExists),
      );
      const made = await read(runId);
      // An erasure may have come between: then what was just made must not live on beside its tombstone.
      if ((await tombstone(runId)) !== undefined) {
        await destroy(runId);
        throw erased(runId);
      }
      if (made === undefined) throw keyMissing(runId);
      return made;
    },
    async existing(runId) {
      const known = await read(runId);
      await refuseErased(runId);
      if (known === undefined) throw keyMissing(runId);
      return known;
    },
    async erase(wanted) {
      let standing = await tombstone(wanted.run_id);
      if (standing === undefined) {
        const text = `${JSON.stringify(wanted)}\n`;
        if (Buffer.byteLength(text) > tombstoneBytesMax)
          throw new RangeError('a tombstone of too many blobs');
        await place(text, (temporary) => rename(temporary, pathOf(wanted.run_id, 'erased')));
        standing = wanted;
      }
      await destroy(wanted.run_id);
      return standing;
    },
  };
}

/** Reads no more than a key has and one byte, whatever lies there. */
async function readBounded(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path, 'r').catch(absent);
  if (file === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(secretBytes + 1), 0, secretBytes + 1, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function tombstoneIn(path: string, text: string, runId: string): Tombstone {
  try {
    const { version, run_id, command_id, blobs } = JSON.parse(text) as Partial<Tombstone>;
    if (version === 1 && run_id === runId && typeof command_id === 'string' && Array.isArray(blobs))
      return { version, run_id, command_id, blobs: blobs.map(String) };
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw unreadable(path);
}

const codeOf = (fault: unknown): unknown =>
  fault instanceof Error && 'code' in fault ? fault.code : undefined;
function absent(fault: unknown): undefined {
  if (codeOf(fault) !== 'ENOENT') throw fault;
}
function unlessExists(fault: unknown): void {
  if (codeOf(fault) !== 'EEXIST') throw fault;
}

const erased = (runId: string) =>
  new StoreError('blob_erased', `what ${runId} held was erased`, {
    next: `Nothing brings it back. Who had it erased, when and why: marketops show ${runId}.`,
  });
const keyMissing = (runId: string) =>
  new StoreError('blob_key_missing', `the key of ${runId} is not there, and nobody had it erased`, {
    next: 'Restore the folder blob-keys from where you keep its copy; until then nothing of the run is done.',
    retry: 'hold',
  });
const unreadable = (path: string, cause?: unknown) =>
  new StoreError('blob_corrupt', `${path} is not what it should be`, {
    next: 'Restore the folder blob-keys from where you keep its copy.',
    cause,
  });
