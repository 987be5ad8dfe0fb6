import { Base64, Digest, KeyId, Time } from '@marketops/contracts';
import type { CryptoPort, OpenKeyring, SigningKey } from '@marketops/proof';
import { z } from 'zod';
import { readSignedRecord, signRecord } from './signed-record.js';

const commitPayloadType = 'application/vnd.marketops.journal-commit.v1+json';

/**
 * Closes a batch. Entries without it were never acknowledged: the writer stopped while it wrote them.
 * `committed_at` is the ledger's clock: it vouches that the batch's statements were signed no later than then, so that
 * a key revoked afterwards does not take the past with it.
 */
export const JournalCommit = z.strictObject({
  term: z.int().positive(),
  epoch: z.int().positive(),
  first_sequence: z.int().positive(),
  last_sequence: z.int().positive(),
  last_hash: Digest,
  committed_at: Time,
  key_id: KeyId,
  signature: Base64,
});
export type JournalCommit = z.infer<typeof JournalCommit>;

export const signCommit = (
  crypto: CryptoPort,
  commit: Omit<JournalCommit, 'signature'>,
  key: SigningKey,
): string => signRecord(crypto, commitPayloadType, commit, key);

/** @throws ProofError or ZodError where it is not a commit the ledger signed */
export const readCommit = (crypto: CryptoPort, text: string, keyring: OpenKeyring): JournalCommit =>
  readSignedRecord(crypto, {
    text,
    payloadType: commitPayloadType,
    keyring,
    parse: (value) => JournalCommit.parse(value),
  });
