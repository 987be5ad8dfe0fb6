import type { Logger } from '@marketops/engine';
import {
  type CryptoPort,
  cosignatureKeyType,
  type NoteSignature,
  noteVerifier,
  ProofError,
} from '@marketops/proof';
import { askWitness, type ToCosign, type Witness } from '@marketops/tlog';

export interface CosignerOptions {
  readonly crypto: CryptoPort;
  /** As marketops.yml names them: the submission prefix and the verifier key. */
  readonly witnesses: readonly { readonly url: string; readonly key: string }[];
  /** For each witness, with what it has to be asked again. */
  readonly timeoutMs: number;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

interface Asked {
  readonly witness: Witness;
  /** What it signed last, as far as is known. */
  lastSize: number;
  isSilent: boolean;
}

/**
 * Asks every witness at once. Those who do not sign in time are left out of this checkpoint, and told of when they fall
 * silent and when they are back: a log must not stand still because somebody else does.
 * @returns the cosignatures there are; never rejects
 * @throws ProofError `key_invalid` where a verifier key is none of a witness
 */
export function openCosigner({ crypto, witnesses, timeoutMs, log }: CosignerOptions) {
  const all = witnesses.map(({ url, key }): Asked => {
    const verifier = noteVerifier(crypto, key);
    if (verifier.type !== cosignatureKeyType)
      throw new ProofError(
        'key_invalid',
        `The key of the witness at ${url} is not one of cosignatures (type 4).`,
      );
    return { witness: { url, verifier }, lastSize: 0, isSilent: false };
  });
  const askOne = async (asked: Asked, toCosign: ToCosign): Promise<NoteSignature[]> => {
    const { witness, lastSize } = asked;
    try {
      const signature = await askWitness(witness, toCosign, { lastSize, timeoutMs });
      asked.lastSize = toCosign.size;
      if (asked.isSilent) log.info({ witness: witness.url }, 'the witness signs again');
      asked.isSilent = false;
      return [signature];
    } catch (fault) {
      if (!asked.isSilent)
        log.warn({ fault, witness: witness.url }, 'a witness does not sign; the log is published without it');
      asked.isSilent = true;
      return [];
    }
  };
  return async (toCosign: ToCosign): Promise<NoteSignature[]> =>
    (await Promise.all(all.map((asked) => askOne(asked, toCosign)))).flat();
}
