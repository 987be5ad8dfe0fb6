import type { Keyring } from '@marketops/contracts';
import {
  type CryptoPort,
  formatVerifierKey,
  type NoteVerifier,
  noteVerifier,
  type OpenedCheckpoint,
  openCheckpoint,
  ProofError,
  parseCheckpoint,
  parseNote,
} from '@marketops/proof';
import { JournalError } from '../journal/errors.js';
import { BundleError } from './errors.js';

/** A checkpoint whose every signature line holds. */
export interface BundleCheckpoint extends OpenedCheckpoint {
  /** By each witness: its verifier key as the bundle lists it, and when it signed, in POSIX seconds. */
  readonly witnesses: readonly {
    readonly name: string;
    readonly key: string;
    readonly timeSeconds: number;
  }[];
  /** The log's keys that signed. */
  readonly keyIds: readonly string[];
}

/**
 * Verifies the checkpoint of a bundle. It counts by the log's own signature; a key that was revoked does not count, for a
 * checkpoint says no time. Witnesses are those the bundle names: what they are worth is for whoever knows them to say; here
 * every line must be somebody's and hold, so that no byte of the note is free.
 * @throws BundleError `bundle_unsigned`, `bundle_foreign`, `bundle_malformed`; JournalError `key_revoked`
 */
export function openBundleCheckpoint(
  crypto: CryptoPort,
  { checkpoint: note, witnesses }: { readonly checkpoint: string; readonly witnesses: readonly string[] },
  { keys, log_origin: origin }: Keyring,
): BundleCheckpoint {
  const listed = keys
    .filter(({ purpose }) => purpose === 'checkpoint')
    .map((key) => ({ key, verifier: logVerifier(crypto, origin, key.public_key) }));
  const valid = listed.filter(({ key }) => key.revoked_at === null);
  try {
    const witnessKeys = witnesses.map((key) => noteVerifier(crypto, key));
    const logKeys = listed.map(({ verifier }) => verifier);
    const opened = openCheckpoint(note, { origin, logKeys, witnessKeys });
    const signers = signersOf(note);
    const signed = valid.filter(({ verifier }) => signers.has(nameOf(verifier)));
    if (signed.length === 0)
      throw new JournalError('key_revoked', 'checkpoint: the key that signed it has been revoked.');
    const expected = new Set([...signed.map(({ verifier }) => verifier), ...witnessKeys].map(nameOf));
    if (signers.size !== expected.size || [...signers].some((one) => !expected.has(one)))
      throw malformed('its lines are not those of the log and the witnesses listed');
    return {
      ...opened,
      keyIds: signed.map(({ key }) => key.key_id),
      witnesses: opened.cosignatures.map(({ name, timeSeconds }) => ({
        ...{ name, timeSeconds },
        key: witnesses[witnessKeys.findIndex((key) => key.name === name)] ?? '',
      })),
    };
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw faultOf(cause, originOf(note) === origin);
  }
}

const logVerifier = (crypto: CryptoPort, name: string, publicKey: string): NoteVerifier =>
  noteVerifier(crypto, formatVerifierKey(crypto, { name, publicKey }));

const nameOf = ({ name, keyId }: { readonly name: string; readonly keyId: number }): string =>
  `${name}+${keyId}`;

/** @throws BundleError where a signer stands twice */
function signersOf(note: string): Set<string> {
  const { signatures } = parseNote(note);
  const signers = new Set(signatures.map(nameOf));
  if (signers.size === signatures.length) return signers;
  throw malformed('a key has signed it twice');
}

const malformed = (why: string, cause?: unknown): BundleError =>
  new BundleError('bundle_malformed', `The checkpoint of the bundle is not right: ${why}.`, { cause });

/** As an unsigned note may say it; undefined where it is no checkpoint. */
function originOf(note: string): string | undefined {
  try {
    return parseCheckpoint(parseNote(note).text).origin;
  } catch (fault) {
    if (fault instanceof ProofError) return undefined;
    throw fault;
  }
}

function faultOf(cause: ProofError, isOfLog: boolean): BundleError {
  if (cause.code === 'checkpoint_origin' || (cause.code === 'note_unsigned' && !isOfLog))
    return new BundleError('bundle_foreign', `The bundle is of another log: ${cause.message}`, { cause });
  if (cause.code === 'note_unsigned' || cause.code === 'signature_invalid')
    return new BundleError(
      'bundle_unsigned',
      `The checkpoint of the bundle does not count: ${cause.message}`,
      {
        cause,
      },
    );
  return malformed(cause.message.replace(/\.$/, ''), cause);
}
