import { systemStream } from '@marketops/contracts';
import { partitionOf } from '../partition.js';
import { partitionCount, partitionTag } from '../port.js';

/** What a partition has one of, and what it has one of for each stream. The one place where these are spelt. */
const names = {
  control: 'ctl',
  outbox: 'outbox',
  relay: 'relay',
  deadlines: 'deadlines',
  lease: 'lease',
  stream: 's:',
  acknowledgement: 'ack:',
  tombstone: 'retired:',
} as const;

const spelt = (tag: string, name: string): string => `mo:${tag}:${name}`;

/** By partition; spelt out once, for five of them go with every append. */
function ofPartition(name: string): (partition: number) => string {
  const spell = (partition: number) => spelt(partitionTag(partition), name);
  const known = Array.from({ length: partitionCount }, (_, partition) => spell(partition));
  return (partition) => known[partition] ?? spell(partition);
}

const streamPrefix = ofPartition(names.stream);
const acknowledgementPrefix = ofPartition(names.acknowledgement);
const tombstonePrefix = ofPartition(names.tombstone);

/** Where things lie in Redis. Everything of a partition carries its tag, so a script touches one cluster slot. */
export const keys = {
  control: ofPartition(names.control),
  outbox: ofPartition(names.outbox),
  relay: ofPartition(names.relay),
  deadlines: ofPartition(names.deadlines),
  /** One for all partitions: there is one writer. */
  lease: spelt(partitionTag(partitionOf(systemStream)), names.lease),
  stream: (partition: number, stream: string) => streamPrefix(partition) + stream,
  acknowledgement: (partition: number, stream: string) => acknowledgementPrefix(partition) + stream,
  tombstone: (partition: number, runId: string) => tombstonePrefix(partition) + runId,
} as const;

/** Where a stream lies. */
export const streamKey = (stream: string): string => keys.stream(partitionOf(stream), stream);
/** Where a partition's newest word stands once more: under a name of no stream that begins so. */
export const newestWordPrefix = 'newest/';

/** Where the ledger's word on a stream lies. */
export const acknowledgementKey = (stream: string): string =>
  keys.acknowledgement(partitionOf(stream), stream);

const everyTag = '{p??}';

/**
 * The same as patterns of a Redis ACL, each for every partition. A tag has two digits and no star stands before a name, so
 * that no key of one kind can be named like a key of another, and a pattern is as long as what it matches up to its first
 * star.
 */
export const keyPatterns = {
  any: spelt(everyTag, '*'),
  control: spelt(everyTag, names.control),
  outbox: spelt(everyTag, names.outbox),
  relay: spelt(everyTag, names.relay),
  deadlines: spelt(everyTag, names.deadlines),
  lease: spelt(everyTag, names.lease),
  stream: (stream: string) => spelt(everyTag, names.stream) + stream,
  acknowledgement: (stream: string) => spelt(everyTag, names.acknowledgement) + stream,
  tombstone: `${spelt(everyTag, names.tombstone)}*`,
} as const;

/** Wake-ups after a commit of the ledger; carries no authority. */
export const acknowledgedChannel = 'mo:acknowledged';
