/**
 * Every size the system accepts, in one place. Units stand last in the name.
 * A value beyond its limit is refused at the door with the limit in the message.
 */
export const limits = {
  /** A plan request as it arrives: job data, a file, an HTTP body. */
  requestBytesMax: 1_048_576,
  operationsPerPlanMax: 1_000,
  dependenciesPerOperationMax: 50,
  assetsPerReleaseMax: 100,
  /** GitHub refuses release assets of 2 GiB and more. */
  assetBytesMax: 2_147_483_647,
  /** GitHub's own limit on the body of a release. */
  bodyCharsMax: 125_000,
  /** And on that of a pull request. */
  pullBodyCharsMax: 65_536,
  /** Left free below both: the publisher adds a line by which it finds again what it made. */
  markerCharsMax: 100,
  titleCharsMax: 256,
  /** GitHub's own limits for one pull request. */
  labelsPerPullMax: 100,
  reviewersPerPullMax: 15,
  tagNameCharsMax: 200,
  refNameCharsMax: 250,
  /** What of an event's `data` exceeds this lives in a blob. */
  eventDataBytesMax: 8_192,
  /** A ledger entry is length-prefixed with a uint16 in tlog-tiles. */
  ledgerEntryBytesMax: 65_535,
  /** One segment: the events one append adds to one stream. */
  segmentBytesMax: 1_048_576,
  /** One append: all segments of one decision. */
  appendBytesMax: 8_388_608,
  appendSegmentsMax: 2_002,
  jsonDepthMax: 32,
  messageCharsMax: 1_000,
  receiptTtlMsMax: 24 * 3_600_000,
  receiptTtlMsDefault: 3_600_000,
  clockSkewMsMax: 30_000,
} as const;
