import { partitionTag } from '../port.js';

/** Where things lie in Redis. Everything of a partition carries its tag, so a script touches one cluster slot. */
export const keys = {
  control: (partition: number) => `mo:${partitionTag(partition)}:ctl`,
  outbox: (partition: number) => `mo:${partitionTag(partition)}:outbox`,
  relay: (partition: number) => `mo:${partitionTag(partition)}:relay`,
  deadlines: (partition: number) => `mo:${partitionTag(partition)}:deadlines`,
  stream: (partition: number, stream: string) => `mo:${partitionTag(partition)}:s:${stream}`,
  acknowledgement: (partition: number, stream: string) => `mo:${partitionTag(partition)}:ack:${stream}`,
} as const;

/** Wake-ups after a commit of the ledger; carries no authority. */
export const acknowledgedChannel = 'mo:acknowledged';
