import { ProofError } from '../errors.js';
import { exceedsBytes } from '../utf8.js';
import { countOf, digestBase64, digestOfBase64 } from './bytes.js';
import { noteBytesMax } from './note.js';

/** What a log asks of a witness (c2sp.org/tlog-witness): to look at its new checkpoint and sign that it continues the old. */
export interface AddCheckpoint {
  /** The size of the checkpoint that the witness signed last, or 0. */
  readonly oldSize: number;
  /** The consistency proof from there, as 64 hex digits each. */
  readonly path: readonly string[];
  /** The signed note, byte for byte. */
  readonly note: string;
}

const pathMax = 63;
export const addCheckpointBytesMax = noteBytesMax + 4_096;

const malformed = (why: string): ProofError =>
  new ProofError('add_checkpoint_malformed', `This is no request of add-checkpoint: ${why}.`);

/** @throws ProofError `add_checkpoint_malformed` where it could not be read again */
export function formatAddCheckpoint({ oldSize, path, note }: AddCheckpoint): string {
  const text = [`old ${oldSize}`, ...path.map(digestBase64), '', note].join('\n');
  parseAddCheckpoint(text);
  return text;
}

/** Reads a request; nothing is verified. @throws ProofError `add_checkpoint_malformed` */
export function parseAddCheckpoint(text: string): AddCheckpoint {
  if (exceedsBytes(text, addCheckpointBytesMax))
    throw malformed(`it is larger than ${addCheckpointBytesMax} bytes`);
  const end = text.indexOf('\n\n');
  if (end < 0) throw malformed('it has no empty line before the checkpoint');
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  const oldSize = first.startsWith('old ') ? countOf(first.slice(4)) : undefined;
  if (oldSize === undefined) throw malformed('its first line is no old size');
  if (lines.length > pathMax) throw malformed(`its proof is longer than ${pathMax}`);
  const path = lines.map((line) => {
    const hash = digestOfBase64(line);
    if (hash === undefined) throw malformed('a hash of its proof is not the base64 of 32 bytes');
    return hash;
  });
  return { oldSize, path, note: text.slice(end + 2) };
}
