import { type EventOf, Operation, PlanRequest, PublicationPlan } from '@marketops/contracts';
import { readContained } from '@marketops/engine/reading';
import { ProofError } from '@marketops/proof';
import { openFileBlobs, StoreError } from '@marketops/store/reading';

/** What an event names instead of holding it: looked up in the blob folder and verified against its name. */
export interface Blobs {
  request(event: EventOf<'plan.requested'>): Promise<PlanRequest | undefined>;
  plan(event: EventOf<'plan.generated'>): Promise<PublicationPlan | undefined>;
  operation(event: EventOf<'operation.planned'>): Promise<Operation | undefined>;
}

/** Answers undefined where a blob is not on this machine, was erased, or is not what its name says. */
export function openBlobs(dataDir: string): Blobs {
  const store = openFileBlobs(`${dataDir}/blobs`);
  return {
    request: (event) => available(readContained(store, event, event.data.request, PlanRequest)),
    plan: (event) => available(readContained(store, event, event.data.plan, PublicationPlan)),
    operation: async (event) =>
      event.data.operation === null
        ? undefined
        : available(readContained(store, event, event.data.operation, Operation)),
  };
}

const available = <Value>(reading: Promise<Value>): Promise<Value | undefined> =>
  reading.catch((fault: unknown) => {
    if (isLost(fault) || isUnreadable(fault)) return undefined;
    // A folder that may not be read, a disk that fails: that is not the blob's absence, and is told.
    throw fault;
  });

const isLost = (fault: unknown): boolean => fault instanceof StoreError && gone.has(fault.code);
const gone: ReadonlySet<string> = new Set([
  'blob_missing',
  'blob_corrupt',
  'blob_erased',
  'blob_key_missing',
]);

/** No UTF-8, no JSON, or no value of its kind. */
const isUnreadable = (fault: unknown): boolean =>
  fault instanceof ProofError ||
  (fault instanceof Error &&
    (fault.name === 'ZodError' || ('code' in fault && fault.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')));
