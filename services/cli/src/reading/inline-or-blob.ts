import { type EventOf, limits, Operation, PlanRequest, PublicationPlan } from '@marketops/contracts';
import { parseCanonicalJson } from '@marketops/proof';
import { type BlobStore, openFileBlobs } from '@marketops/store';

/** What an event names instead of holding it: looked up in the blob folder and verified against its name. */
export interface Blobs {
  request(event: EventOf<'plan.requested'>): Promise<PlanRequest | undefined>;
  plan(event: EventOf<'plan.generated'>): Promise<PublicationPlan | undefined>;
  operation(event: EventOf<'operation.planned'>): Promise<Operation | undefined>;
}

type Held<Value> = { readonly inline: Value } | { readonly blob: string };

/** Answers undefined where a blob is not on this machine, was erased, or is not what its name says. */
export function openBlobs(dataDir: string): Blobs {
  const store = openFileBlobs(`${dataDir}/blobs`);
  return {
    request: ({ data }) => take(store, data.request, (value) => PlanRequest.parse(value)),
    plan: ({ data }) => take(store, data.plan, (value) => PublicationPlan.parse(value)),
    operation: async ({ data }) =>
      data.operation === null ? undefined : take(store, data.operation, (value) => Operation.parse(value)),
  };
}

async function take<Value>(
  store: BlobStore,
  held: Held<Value>,
  parse: (value: unknown) => Value,
): Promise<Value | undefined> {
  if ('inline' in held) return held.inline;
  try {
    const bytes = await store.read(held.blob, limits.appendBytesMax);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parse(parseCanonicalJson(text, { bytesMax: limits.appendBytesMax }));
  } catch {
    return undefined;
  }
}
