/** All durations of the publisher, in milliseconds. */
export interface PublisherTiming {
  /** How long a start or resumption keeps other workers away. */
  readonly leaseMs: number;
  /** No request of ours is in flight longer than this. */
  readonly requestTimeoutMs: number;
  /** How long the ledger's word is waited for before anybody is told. */
  readonly acknowledgementWaitMs: number;
  /** How soon held work looks again. */
  readonly holdMs: number;
}

/** @param timing as in marketops.yml. A lease shorter than two requests would be renewed before every one. */
export const publisherTiming = (timing: {
  readonly lease_ms: number;
  readonly request_timeout_ms: number;
  readonly acknowledgement_wait_ms: number;
  readonly hold_ms: number;
}): PublisherTiming => ({
  leaseMs: Math.max(timing.lease_ms, 2 * timing.request_timeout_ms),
  requestTimeoutMs: timing.request_timeout_ms,
  acknowledgementWaitMs: timing.acknowledgement_wait_ms,
  holdMs: timing.hold_ms,
});

/** What a worker that vanished may still have under way ends within this. */
export const settleMs = (timing: PublisherTiming): number => 2 * timing.requestTimeoutMs;
