import {
  countOf,
  decodeNote,
  formatAddCheckpoint,
  type NoteSignature,
  type NoteVerifier,
  noteBytesMax,
  parseNote,
  parseSignatureLine,
} from '@marketops/proof';
import { TlogError } from './errors.js';
import { readStream } from './places/read-stream.js';

/** Somebody elsewhere who signs that a log only grew (c2sp.org/tlog-witness). */
export interface Witness {
  /** The submission prefix, with or without the last slash. */
  readonly url: string;
  /** Of a key of type 4. */
  readonly verifier: NoteVerifier;
}

/** A checkpoint to be cosigned. */
export interface ToCosign {
  readonly note: string;
  readonly size: number;
  /** The consistency proof from an older size to this one. */
  readonly proofFrom: (oldSize: number) => Promise<readonly string[]>;
}

/**
 * Asks a witness for its cosignature. Where it has seen another size last than was thought, it says so and is asked again.
 * @param lastSize what it signed last, as far as is known; 0 where nothing is
 * @param timeoutMs of all of it
 * @throws TlogError `witness_failed`, and what `proofFrom` throws
 */
export async function askWitness(
  { url, verifier }: Witness,
  { note, size, proofFrom }: ToCosign,
  { lastSize, timeoutMs }: { readonly lastSize: number; readonly timeoutMs: number },
): Promise<NoteSignature> {
  const endpoint = `${url.replace(/\/$/, '')}/add-checkpoint`;
  const signal = AbortSignal.timeout(timeoutMs);
  const { text } = parseNote(note);
  let oldSize = Math.min(lastSize, size);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const path = oldSize === 0 ? [] : await proofFrom(oldSize);
    const answer = await post(endpoint, formatAddCheckpoint({ oldSize, path, note }), signal);
    if (answer.status === 200) return cosignatureIn(answer.body, text, verifier, endpoint);
    const seen = answer.status === 409 && answer.isSize ? countOf(answer.body.trimEnd()) : undefined;
    if (seen === undefined) throw failed(endpoint, `answered ${answer.status}`);
    if (seen > size)
      throw failed(endpoint, `has signed a checkpoint of ${seen} entries already; this one has ${size}`);
    oldSize = seen;
  }
  throw failed(endpoint, 'names another size each time');
}

interface Answer {
  readonly status: number;
  readonly isSize: boolean;
  readonly body: string;
}

async function post(endpoint: string, body: string, signal: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(endpoint, { method: 'POST', body, redirect: 'error', signal });
    const bytes =
      response.body === null ? new Uint8Array() : await readStream(response.body, noteBytesMax, endpoint);
    const isSize = response.headers.get('content-type') === 'text/x.tlog.size';
    return { status: response.status, isSize, body: decodeNote(bytes) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw failed(endpoint, `cannot be asked: ${reason}`, cause);
  }
}

/** Lines of keys that are not the witness's are ignored; its own must hold. */
function cosignatureIn(body: string, text: string, verifier: NoteVerifier, endpoint: string): NoteSignature {
  for (const line of body.split('\n')) {
    let signature: NoteSignature;
    try {
      signature = parseSignatureLine(line);
    } catch {
      continue;
    }
    const isIts = signature.name === verifier.name && signature.keyId === verifier.keyId;
    if (isIts && verifier.verify(text, signature.signature)) return signature;
  }
  throw failed(endpoint, 'sent no cosignature of its key that holds');
}

const failed = (endpoint: string, what: string, cause?: unknown): TlogError =>
  new TlogError('witness_failed', `The witness at ${endpoint} ${what}.`, { retry: 'transient', cause });
