import type { EventOf, MarketOpsEvent, Receipt } from '@marketops/contracts';
import type { PlacedEvent } from '../ledger/ledger-reader.js';
import type { OperationRecord } from '../runs/run-record.js';

/** `issued` is live: nobody has used it, and it would still do. */
export const receiptStates = ['issued', 'consumed', 'expired', 'revoked', 'superseded'] as const;
export type ReceiptState = (typeof receiptStates)[number];

/** An event of one type, with its place in the ledger. */
export interface Placed<Type extends MarketOpsEvent['type']> {
  readonly event: EventOf<Type>;
  readonly sequence: number | undefined;
}

/** What became of one receipt, event by event. */
export interface ReceiptLifecycle {
  readonly state: ReceiptState;
  readonly receipt: Receipt;
  readonly issued: Placed<'receipt.issued'>;
  readonly consumed: Placed<'operation.started'> | undefined;
  /** Federation's word; a receipt whose time has passed is expired before anybody says so. */
  readonly expired: Placed<'receipt.expired'> | undefined;
  readonly revoked: Placed<'receipt.revoked'> | undefined;
  readonly supersededBy: Placed<'receipt.issued'> | undefined;
  /** Its operation was tried again after it: it counts no more, whether another has been issued yet or not. */
  readonly redriven: Placed<'operation.redriven'> | undefined;
}

/** What a receipt is held against. */
export interface Now {
  readonly ms: number;
  /** Of the ledger: an unused receipt of an older one counts as expired. Undefined where it is not known. */
  readonly epoch: number | undefined;
}

/** Every receipt of an operation with what became of it, in the order they were issued. */
export function lifecyclesOf({ events }: Pick<OperationRecord, 'events'>, now: Now): ReceiptLifecycle[] {
  return ofType(events, 'receipt.issued').map((issued) => lifecycleOf(events, issued, now));
}

function lifecycleOf(
  events: readonly PlacedEvent[],
  issued: Placed<'receipt.issued'>,
  now: Now,
): ReceiptLifecycle {
  const { receipt } = issued.event.data;
  const about = <Type extends 'operation.started' | 'receipt.expired' | 'receipt.revoked'>(type: Type) =>
    ofType(events, type).find(({ event }) => receiptIdOf(event) === receipt.receipt_id);
  const parts = {
    receipt,
    issued,
    consumed: about('operation.started'),
    expired: about('receipt.expired'),
    revoked: about('receipt.revoked'),
    supersededBy: ofType(events, 'receipt.issued').find(
      ({ event }) => event.data.receipt.supersedes === receipt.receipt_id,
    ),
    redriven: ofType(events, 'operation.redriven').find(({ event }) => event.seq > issued.event.seq),
  };
  return { ...parts, state: stateOf(parts, now) };
}

/** Being used is never undone, so it is asked first. */
function stateOf(
  { receipt, consumed, expired, revoked, supersededBy, redriven }: Omit<ReceiptLifecycle, 'state'>,
  { ms, epoch = receipt.epoch }: Now,
): ReceiptState {
  if (consumed !== undefined) return 'consumed';
  if (revoked !== undefined) return 'revoked';
  if (supersededBy !== undefined || redriven !== undefined) return 'superseded';
  const over = Date.parse(receipt.expires_at) <= ms || receipt.epoch < epoch;
  return expired !== undefined || over ? 'expired' : 'issued';
}

const receiptIdOf = (
  event: EventOf<'operation.started'> | EventOf<'receipt.expired'> | EventOf<'receipt.revoked'>,
): string => event.data.receipt_id;

function ofType<Type extends MarketOpsEvent['type']>(
  events: readonly PlacedEvent[],
  type: Type,
): Placed<Type>[] {
  const isOfType = (placed: PlacedEvent): placed is Placed<Type> & PlacedEvent => placed.event.type === type;
  return events.filter(isOfType);
}
