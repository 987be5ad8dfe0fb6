import { ProofError } from '../errors.js';
import { isDigest } from '../hex.js';
import { quoted } from '../quoted.js';
import { countOf, digestBase64, digestOfBase64 } from './bytes.js';
import { emptyTreeRoot } from './consistency.js';
import { cosignatureTime } from './cosignature.js';
import { openNote } from './note.js';
import { cosignatureKeyType, type NoteVerifier } from './note-keys.js';

/** A log's word on its size and root (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** Which log it is of. */
  readonly origin: string;
  /** Leaves of the tree; up to 2^53 − 1. */
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly root: string;
  /** Opaque lines; mostly none. */
  readonly extensions: readonly string[];
}

const malformed = (why: string): ProofError =>
  new ProofError('checkpoint_malformed', `This is no checkpoint: ${why}.`);

/**
 * Reads the text of a checkpoint; nothing is verified.
 * @throws ProofError `checkpoint_malformed`
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw malformed('its last line does not end');
  const [origin = '', sizeText = '', rootText = '', ...extensions] = lines;
  if (lines.length < 3) throw malformed('it has fewer than three lines');
  if (lines.includes('')) throw malformed('it has an empty line');
  const size = countOf(sizeText);
  if (size === undefined) throw malformed('its second line is no tree size below 2^53');
  const root = digestOfBase64(rootText);
  if (root === undefined) throw malformed('its third line is not the base64 of 32 bytes');
  if (size === 0 && root !== emptyTreeRoot) throw malformed('its root is not that of an empty tree');
  return { origin, size, root, extensions };
}

/**
 * The text a log signs.
 * @throws ProofError `checkpoint_malformed` where it could not be read again
 */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  if (!isDigest(root)) throw malformed('its root is not 64 lower-case hex digits');
  const text = `${[origin, size, digestBase64(root), ...extensions].join('\n')}\n`;
  const again = parseCheckpoint(text);
  if (again.origin !== origin || again.extensions.length !== extensions.length)
    throw malformed('a line of it holds a newline');
  return text;
}

export interface CheckpointTrust {
  /** Which log it must be of: a key may sign for one log only. */
  readonly origin: string;
  /** The log's keys; one of them must have signed. */
  readonly logKeys: readonly NoteVerifier[];
  readonly witnessKeys?: readonly NoteVerifier[] | undefined;
  /** How many witnesses must have signed; 0 where none are asked for. */
  readonly witnessesMin?: number | undefined;
}

export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** The signed text. */
  readonly text: string;
  /** Names of the log's keys that signed. */
  readonly signedBy: readonly string[];
  /** By each witness that signed: its name, and when by its own clock, in POSIX seconds. */
  readonly cosignatures: readonly { readonly name: string; readonly timeSeconds: number }[];
}

/**
 * Verifies a checkpoint: a key of this log signed it, it is of this log, and as many witnesses as asked for signed it too.
 * A witness counts once however many names its key goes by.
 * @throws ProofError as `openNote`, and `checkpoint_malformed`, `checkpoint_origin`, `witnesses_missing`
 */
export function openCheckpoint(note: string, trust: CheckpointTrust): OpenedCheckpoint {
  const { origin, logKeys, witnessKeys = [], witnessesMin = 0 } = trust;
  const { text, verified } = openNote(note, [...logKeys, ...witnessKeys]);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== origin) {
    throw new ProofError(
      'checkpoint_origin',
      `The checkpoint is of ${quoted(checkpoint.origin)}, not of ${quoted(origin)}.`,
    );
  }
  const signedBy = verified.filter(({ verifier }) => logKeys.includes(verifier)).map(({ name }) => name);
  if (signedBy.length === 0)
    throw new ProofError('note_unsigned', `No key of the log ${quoted(origin)} has signed the checkpoint.`);
  const witnesses = new Map<string, { name: string; timeSeconds: number }>();
  for (const { verifier, name, signature } of verified) {
    const timeSeconds = verifier.type === cosignatureKeyType ? cosignatureTime(signature) : undefined;
    if (timeSeconds !== undefined && !logKeys.includes(verifier))
      witnesses.set(verifier.publicKey, { name, timeSeconds });
  }
  if (witnesses.size < witnessesMin) {
    throw new ProofError(
      'witnesses_missing',
      `${witnesses.size} of the configured witnesses signed the checkpoint; ${witnessesMin} must.`,
    );
  }
  return { checkpoint, text, signedBy, cosignatures: [...witnesses.values()] };
}
