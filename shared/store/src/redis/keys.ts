import { partitionCount, partitionTag } from '../port.js';

/** The name of something every partition has one of; spelt out once, for five of them go with every append. */
function ofPartition(name: string): (partition: number) => string {
  const spell = (partition: number) => `mo:${partitionTag(partition)}:${name}`;
  const known = Array.from({ length: partitionCount }, (_, partition) => spell(partition));
  return (partition) => known[partition] ?? spell(partition);
}

const streamPrefix = ofPartition('s:');
const acknowledgementPrefix = ofPartition('ack:');

/** Where things lie in Redis. Everything of a partition carries its tag, so a script touches one cluster slot. */
export const keys = {
  control: ofPartition('ctl'),
  outbox: ofPartition('outbox'),
  relay: ofPartition('relay'),
  deadlines: ofPartition('deadlines'),
  stream: (partition: number, stream: string) => streamPrefix(partition) + stream,
  acknowledgement: (partition: number, stream: string) => acknowledgementPrefix(partition) + stream,
} as const;

/**
 * The same as patterns of a Redis ACL, each for every partition. A tag has two digits and no star stands before a name, so
 * that no key of one kind can be named like a key of another.
 */
export const keyPatterns = {
  any: 'mo:{p??}:*',
  control: 'mo:{p??}:ctl',
  outbox: 'mo:{p??}:outbox',
  relay: 'mo:{p??}:relay',
  deadlines: 'mo:{p??}:deadlines',
  stream: (stream: string) => `mo:{p??}:s:${stream}`,
  acknowledgement: (stream: string) => `mo:{p??}:ack:${stream}`,
} as const;

/** Wake-ups after a commit of the ledger; carries no authority. */
export const acknowledgedChannel = 'mo:acknowledged';
