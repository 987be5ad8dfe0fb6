import type { SealedSubject } from '@marketops/proof';
import type { RunKey, SealedValue } from './cipher.js';
import { openRunKeys, type Tombstone } from './keys.js';

/** Where ciphertexts stand: among the other blobs, by their SHA-256. */
interface Ciphertexts {
  put(bytes: Uint8Array): Promise<string>;
  read(ref: string, bytesMax: number): Promise<Uint8Array>;
  remove(ref: string): Promise<void>;
}

/** Values that are encrypted under the key of their run, and gone once that is destroyed. */
export interface SealedBlobs {
  /** The run's key, made and durable where there is none. @throws StoreError `blob_erased` */
  keyOf(runId: string): Promise<RunKey>;
  /** Makes none. @throws StoreError `blob_erased`, `blob_key_missing` */
  existingKeyOf(runId: string): Promise<RunKey>;
  /** Makes a sealed value durable; to be done before an event names it. */
  put(value: SealedValue): Promise<void>;
  /**
   * The value's text, decrypted and verified against its commitment.
   * @param bytesMax of the ciphertext
   * @throws StoreError `blob_erased`, `blob_key_missing`, `blob_missing`, `blob_corrupt`, `blob_too_large`
   */
  read(subject: SealedSubject, ref: SealedValue['ref'], bytesMax: number): Promise<Uint8Array>;
  /** What is left of a run that was erased here; undefined where it was not. */
  tombstone(runId: string): Promise<Tombstone | undefined>;
  /**
   * Destroys the run's key, then the ciphertexts it named, first `blobs`. Twice is once, and what was cut short is finished by
   * doing it again. The event that orders it is durable before.
   */
  erase(order: {
    readonly runId: string;
    readonly commandId: string;
    readonly blobs: readonly string[];
  }): Promise<void>;
}

export function openSealedBlobs(keysFolder: string, ciphertexts: Ciphertexts): SealedBlobs {
  const keys = openRunKeys(keysFolder);
  return {
    keyOf: keys.keyOf,
    existingKeyOf: keys.existing,
    tombstone: keys.tombstone,
    async put({ ciphertext }) {
      await ciphertexts.put(ciphertext);
    },
    async read(subject, { blob, commitment }, bytesMax) {
      const key = await keys.existing(runIdOf(subject));
      return key.open(subject, commitment, await ciphertexts.read(blob, bytesMax));
    },
    async erase({ runId, commandId, blobs }) {
      const standing = await keys.erase({ version: 1, run_id: runId, command_id: commandId, blobs });
      for (const ref of new Set([...standing.blobs, ...blobs])) await ciphertexts.remove(ref);
    },
  };
}

/** `run/<run_id>`, `op/<run_id>/<operation_id>`. */
const runIdOf = ({ stream }: SealedSubject): string => stream.split('/')[1] ?? '';
