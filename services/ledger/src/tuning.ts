/** Limits and rhythms of the ledger. */
export interface LedgerTuning {
  /** One commit's lines, before the last append that is still taken in whole. */
  readonly batchBytesMax: number;
  /** Outbox entries read per partition and turn, at most and at first. */
  readonly readCountMax: number;
  readonly readCountFirst: number;
  /** More than this in one turn, and the next turn reads less. */
  readonly turnBytesMax: number;
  /** How long one read of the outbox waits; also how long a stop may wait. */
  readonly blockMs: number;
  /** A journal file beyond this is followed by the next one: the last file is verified whole at every start. */
  readonly fileBytesMax: number;
  /** Commits whose index and acknowledgements are not written yet. */
  readonly unsettledMax: number;
  /** How often the ledger looks whether control keys are gone. Whether Redis is another it asks with every turn. */
  readonly identityEveryMs: number;
  /** How often it looks whether a person has ordered a rebuild. */
  readonly orderEveryMs: number;
  /** After a fault of Redis. */
  readonly retryMs: number;
}

export const defaultTuning: LedgerTuning = {
  batchBytesMax: 4_194_304,
  readCountMax: 256,
  readCountFirst: 32,
  turnBytesMax: 16_777_216,
  blockMs: 500,
  fileBytesMax: 67_108_864,
  unsettledMax: 4,
  identityEveryMs: 3_000,
  orderEveryMs: 1_000,
  retryMs: 200,
};
