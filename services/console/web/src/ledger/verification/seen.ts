import { Digest, type Keyring } from '@marketops/contracts';
import { type CryptoPort, decodeNote, ProofError } from '@marketops/proof';
import { JournalError, parsePin, type Seen, type SeenRoot, seenRootOf } from '@marketops/verifier';
import type { Remembered } from './messages.js';

/** Of one pin or checkpoint. */
const memoryCharsMax = 262_144;

type Point = NonNullable<Seen['points']>[number];

export interface SeenBefore {
  readonly seen: Seen;
  /** What there is to compare with, in words; none where nothing was given, or only logs without an entry. */
  readonly told: readonly string[];
}

/**
 * Reads what somebody has seen of this log before.
 * @throws JournalError `pin_invalid`, `checkpoint_invalid`: a damaged memory is not an empty one
 */
export function seenBefore(
  crypto: CryptoPort,
  memories: readonly Remembered[],
  keyring: Keyring,
): SeenBefore {
  const points: Point[] = [];
  const roots: SeenRoot[] = [];
  for (const memory of memories) {
    const text = memory.text.trim();
    if (text.length > memoryCharsMax)
      throw new JournalError('pin_invalid', `${memory.where} is longer than ${memoryCharsMax} characters.`);
    const point = pointOf(text, keyring, memory.where);
    if (point === undefined) roots.push(rootOf(crypto, memory, keyring));
    else points.push(point);
  }
  const told = [
    counted(points.filter(({ sequence }) => sequence > 0).length, 'pin'),
    counted(roots.filter(({ size }) => size > 0).length, 'checkpoint'),
  ].filter((text) => text !== '');
  return { seen: { points, roots }, told };
}

/** Undefined for what is no pin by its form. */
function pointOf(text: string, keyring: Keyring, where: string): Point | undefined {
  const [, sequence, hash] = /^(?:chain\s+)?(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence !== undefined && hash !== undefined)
    return { sequence: Number(sequence), hash: Digest.parse(hash) };
  return text.startsWith('{') ? parsePin(text, keyring.log_origin, where) : undefined;
}

function rootOf(crypto: CryptoPort, { text, where }: Remembered, keyring: Keyring): SeenRoot {
  let note: string;
  try {
    // A pasted note has lost its last line break; the format has exactly one.
    note = decodeNote(new TextEncoder().encode(`${text.replaceAll('\r\n', '\n').trim()}\n`));
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new JournalError('checkpoint_invalid', `${where}: ${cause.message}`, { cause });
  }
  return seenRootOf(crypto, note, keyring, where);
}

const counted = (count: number, what: string): string =>
  count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
