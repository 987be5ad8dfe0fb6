import { encodeBase64 } from '../base64.js';
import type { CryptoPort } from '../crypto-port.js';
import { ProofError } from '../errors.js';
import { verifyInclusion } from '../merkle.js';
import { exceedsBytes } from '../utf8.js';
import { bytesOfBase64, countOf, digestBase64, digestOfBase64 } from './bytes.js';
import { type CheckpointTrust, type OpenedCheckpoint, openCheckpoint } from './checkpoint.js';
import { noteBytesMax } from './note.js';

/**
 * A file that proves offline that an entry is in a log (c2sp.org/tlog-proof): where it stands, the path from it to the root,
 * and the checkpoint that names the root. `.tlog-proof` by its name.
 */
export interface TlogProof {
  /** Of the leaf, from 0. */
  readonly index: number;
  /** The audit path, nearest first, as 64 hex digits each. */
  readonly path: readonly string[];
  /** The signed note, byte for byte. */
  readonly checkpoint: string;
  /** Not authenticated: a hint and nothing more. */
  readonly extra?: Uint8Array | undefined;
}

const header = 'c2sp.org/tlog-proof@v1';
const pathMax = 63;
const extraBytesMax = 65_535;
export const tlogProofBytesMax = noteBytesMax + 131_072;

const malformed = (why: string): ProofError =>
  new ProofError('tlog_proof_malformed', `This is no proof of a log: ${why}.`);

/** @throws ProofError `tlog_proof_malformed` where it could not be read again */
export function formatTlogProof({ index, path, checkpoint, extra }: TlogProof): string {
  const head = extra === undefined ? [header] : [header, `extra ${encodeBase64(extra)}`];
  const text = [...head, `index ${index}`, ...path.map(digestBase64), '', checkpoint].join('\n');
  parseTlogProof(text);
  return text;
}

/**
 * Reads a proof; nothing is verified, and the checkpoint is not looked into.
 * @throws ProofError `tlog_proof_malformed`
 */
export function parseTlogProof(text: string): TlogProof {
  if (exceedsBytes(text, tlogProofBytesMax)) throw malformed(`it is larger than ${tlogProofBytesMax} bytes`);
  const end = text.indexOf('\n\n');
  if (end < 0) throw malformed('it has no empty line before the checkpoint');
  const [first, ...lines] = text.slice(0, end).split('\n');
  const checkpoint = text.slice(end + 2);
  if (first !== header) throw malformed(`its first line is not ${header}`);
  if (checkpoint === '') throw malformed('it has no checkpoint');
  const extra = lines[0]?.startsWith('extra ') === true ? parseExtra(lines.shift() ?? '') : undefined;
  const indexLine = lines.shift() ?? '';
  const index = indexLine.startsWith('index ') ? countOf(indexLine.slice(6)) : undefined;
  if (index === undefined) throw malformed('it has no index');
  if (lines.length > pathMax) throw malformed(`its path is longer than ${pathMax}`);
  const path = lines.map((line) => {
    const hash = digestOfBase64(line);
    if (hash === undefined) throw malformed('a hash of its path is not the base64 of 32 bytes');
    return hash;
  });
  return extra === undefined ? { index, path, checkpoint } : { index, path, checkpoint, extra };
}

function parseExtra(line: string): Uint8Array {
  const extra = bytesOfBase64(line.slice('extra '.length));
  if (extra === undefined || extra.length === 0) throw malformed('its extra line is not base64');
  if (extra.length > extraBytesMax) throw malformed(`its extra data is more than ${extraBytesMax} bytes`);
  return extra;
}

/**
 * Verifies that an entry with this leaf hash stands at the proof's index of the log.
 * @param leafHash SHA-256(0x00 ‖ entry), from the entry itself
 * @returns the checkpoint, with who signed it
 * @throws ProofError as `openCheckpoint`, and `leaf_not_in_log`
 */
export function verifyTlogProof(
  crypto: CryptoPort,
  { index, path, checkpoint }: TlogProof,
  leafHash: string,
  trust: CheckpointTrust,
): OpenedCheckpoint {
  const opened = openCheckpoint(checkpoint, trust);
  const { size, root } = opened.checkpoint;
  if (!verifyInclusion(crypto, { leafHash, index, size, path, root })) {
    throw new ProofError(
      'leaf_not_in_log',
      `The entry does not stand at index ${index} of the log of ${size} entries.`,
    );
  }
  return opened;
}
