import type { MarketOpsConfig } from '@marketops/engine';

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
  /** How often the ledger looks whether a file is to be sealed. */
  readonly sealEveryMs: number;
  /** For how long the plain form of a sealed file stays. */
  readonly sealBothMs: number;
  /** Commits whose index and acknowledgements are not written yet. */
  readonly unsettledMax: number;
  /** How often the ledger looks whether control keys are gone. Whether Redis is another it asks with every turn. */
  readonly identityEveryMs: number;
  /** How often it looks whether a person has ordered a rebuild. */
  readonly orderEveryMs: number;
  /** How often it looks for runs that may leave Redis, and how many leave at most each time: that leaves the disk to the log. */
  readonly retireEveryMs: number;
  readonly retireRunsMax: number;
  /** After a fault of Redis. */
  readonly retryMs: number;
  /** How long a writer that is silent keeps its lease, by the clock of Redis. */
  readonly leaseMs: number;
  /** How often a standby asks for it. */
  readonly standbyEveryMs: number;
}

export const defaultTuning: LedgerTuning = {
  batchBytesMax: 4_194_304,
  readCountMax: 256,
  readCountFirst: 32,
  turnBytesMax: 16_777_216,
  blockMs: 500,
  fileBytesMax: 67_108_864,
  sealEveryMs: 5_000,
  sealBothMs: 2_000,
  unsettledMax: 4,
  identityEveryMs: 3_000,
  orderEveryMs: 1_000,
  retireEveryMs: 10_000,
  retireRunsMax: 5_000,
  retryMs: 200,
  leaseMs: 10_000,
  standbyEveryMs: 250,
};

/** @param given stands above what `marketops.yml` says */
export const tuningOf = (config: MarketOpsConfig, given: Partial<LedgerTuning> = {}): LedgerTuning => ({
  ...defaultTuning,
  fileBytesMax: config.ledger.journal.file_bytes_max,
  leaseMs: config.ledger.lease_ms,
  ...given,
});
