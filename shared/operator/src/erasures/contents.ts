import { type EventOf, type MarketOpsEvent, sealedBlobsOf } from '@marketops/contracts';
import type { RunRecord } from '../runs/run-record.js';

/**
 * What has become of what a run was asked for and planned to do. Its events name it by digest for ever.
 * `none`: it never had any. `present`. `ordered`: to be erased, and still here. `erased`. `lost`: gone, and nobody ordered
 * that; a fault.
 */
export interface Contents {
  readonly state: 'none' | 'present' | 'ordered' | 'erased' | 'lost';
  /** Whether they stand encrypted, and so can be erased. */
  readonly sealed: boolean;
  /** The first order to erase them that counts. */
  readonly order?: EventOf<'blob.erased'> | undefined;
}

type Read = Pick<RunRecord, 'run' | 'request' | 'plan' | 'operations'>;

/** @param orders those that count: their operators' signatures were verified */
export function contentsOf(
  { run, request, plan, operations }: Read,
  orders: readonly EventOf<'blob.erased'>[],
): Contents {
  const wholes = operations.filter(({ state }) => state.planned?.data.operation != null);
  const named = [run.requested, run.planned, ...wholes.map(({ state }) => state.planned)].filter(
    (event): event is NonNullable<typeof event> => event !== undefined,
  );
  const sealed = sealedBlobsOf(named as MarketOpsEvent[]).length > 0;
  if (named.length === 0) return { state: 'none', sealed };
  const isHere =
    (run.requested === undefined || request !== undefined) &&
    (run.planned === undefined || plan !== undefined) &&
    wholes.every(({ operation }) => operation !== undefined);
  const order = sealed ? orders[0] : undefined;
  if (order === undefined) return { state: isHere ? 'present' : 'lost', sealed };
  return { state: isHere ? 'ordered' : 'erased', sealed, order };
}

export const contentsJson = ({ state, sealed, order }: Contents) => ({
  state,
  sealed,
  erased_by: order?.data.principal ?? null,
  ordered_at: order?.time ?? null,
  reason: order?.data.command.reason ?? null,
});

/** In words, for the head of a run; undefined where there is nothing worth a line. */
export function contentsWords({ state, sealed, order }: Contents): string | undefined {
  const who =
    order === undefined ? '' : `by ${order.data.principal}, ${order.time}: ${order.data.command.reason}`;
  switch (state) {
    case 'none':
      return undefined;
    case 'present':
      return sealed ? 'sealed: encrypted beside the ledger, and erasable' : undefined;
    case 'ordered':
      return `to be erased, and not yet gone here; ordered ${who}`;
    case 'erased':
      return `erased ${who}`;
    case 'lost':
      return 'lost: not on this machine, and nobody had it erased';
  }
}
