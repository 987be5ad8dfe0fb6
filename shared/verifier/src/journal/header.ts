import { Base64, Digest, KeyId, Time } from '@marketops/contracts';
import type { CryptoPort, OpenKeyring, SigningKey } from '@marketops/proof';
import { z } from 'zod';
import { readSignedRecord, signRecord } from './signed-record.js';

export const journalFormat = 'marketops-journal/1';
const headerPayloadType = 'application/vnd.marketops.journal-header.v1+json';

/**
 * Line 1 of a journal file. It names the entry it continues from, so that what a deposed writer adds to an older file
 * afterwards does not count. The first file of a log continues from sequence 0 and 64 zeros.
 */
export const JournalHeader = z.strictObject({
  format: z.literal(journalFormat),
  term: z.int().positive(),
  first_sequence: z.int().positive(),
  prev_last_sequence: z.int().min(0),
  prev_last_hash: Digest,
  log_origin: z.string().max(200),
  created_at: Time,
  key_id: KeyId,
  signature: Base64,
});
export type JournalHeader = z.infer<typeof JournalHeader>;

export const signHeader = (
  crypto: CryptoPort,
  header: Omit<JournalHeader, 'signature'>,
  key: SigningKey,
): string => signRecord(crypto, headerPayloadType, header, key);

/** @throws ProofError or ZodError where it is not a header the ledger signed */
export const readHeader = (crypto: CryptoPort, text: string, keyring: OpenKeyring): JournalHeader =>
  readSignedRecord(crypto, {
    text,
    payloadType: headerPayloadType,
    keyring,
    parse: (value) => JournalHeader.parse(value),
  });
