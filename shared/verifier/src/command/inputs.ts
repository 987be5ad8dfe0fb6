import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Digest, Keyring } from '@marketops/contracts';
import { decodeNote, ProofError } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { z } from 'zod';
import { JournalError } from '../journal/errors.js';
import type { ChainPoint } from '../journal/walk.js';
import { seenRootOf } from '../memory/checkpoint.js';
import type { SeenRoot } from '../memory/memory.js';
import { parsePin } from '../memory/pin.js';
import { VerifyCommandError } from './errors.js';

const keyringBytesMax = 4 * 1_048_576;
const memoryBytesMax = 262_144;

/** @throws VerifyCommandError `verify_file_unreadable` */
export async function readFileBytes(path: string, bytesMax: number): Promise<Uint8Array> {
  try {
    // Not blocking: nobody may ever write to a pipe. And neither a pipe nor a device need end.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new RangeError('it is no file');
      const bytes = new Uint8Array(Math.min(stat.size, bytesMax) + 1);
      let held = 0;
      for (let read = 1; read > 0 && held < bytes.length; held += read)
        read = (await handle.read(bytes, held, bytes.length - held, held)).bytesRead;
      if (held > bytesMax || held > stat.size)
        throw new RangeError(`it is larger than ${bytesMax} bytes, or growing`);
      return bytes.subarray(0, held);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VerifyCommandError('verify_file_unreadable', `${path} cannot be read: ${why}.`, cause);
  }
}

/** @throws VerifyCommandError `verify_file_unreadable` */
export async function readSmall(path: string, bytesMax = memoryBytesMax): Promise<string> {
  const bytes = await readFileBytes(path, bytesMax);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new VerifyCommandError('verify_file_unreadable', `${path} cannot be read: it is not UTF-8.`, cause);
  }
}

/** @throws VerifyCommandError `verify_file_unreadable`, `verify_keyring_invalid` */
export async function readKeyring(path: string): Promise<Keyring> {
  const text = await readSmall(path, keyringBytesMax);
  try {
    return Keyring.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).split('\n')[0] : 'it is not JSON';
    throw new VerifyCommandError('verify_keyring_invalid', `${path} is no keyring: ${why}.`, cause);
  }
}

/** @throws VerifyCommandError `verify_file_unreadable`; JournalError `pin_invalid` */
export async function readPinned(given: string, logOrigin: string): Promise<ChainPoint> {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(given) ?? [];
  if (sequence !== undefined && hash !== undefined)
    return { sequence: Number(sequence), hash: Digest.parse(hash) };
  return parsePin(await readSmall(given, memoryBytesMax), logOrigin, given);
}

/** @throws VerifyCommandError `verify_file_unreadable`; JournalError `checkpoint_invalid` */
export async function readCheckpoint(path: string, keyring: Keyring): Promise<SeenRoot> {
  const bytes = await readFileBytes(path, memoryBytesMax);
  let note: string;
  try {
    note = decodeNote(bytes);
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new JournalError('checkpoint_invalid', `${path}: ${cause.message}`, { cause });
  }
  return seenRootOf(nodeCrypto, note, keyring, path);
}
