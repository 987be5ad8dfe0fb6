import { type MarketOpsEvent, type PublicKey, parseEvent } from '@marketops/contracts';
import type { WalkedEntry } from '@marketops/verifier';
import { lifecyclesOf, type ReceiptLifecycle, type ReceiptState } from '../receipts/receipts-lifecycle.js';
import type { PlacedEvent } from './ledger-reader.js';

/** A receipt and what became of it. */
export interface ReceiptFate {
  readonly receipt_id: string;
  readonly run_id: string;
  readonly operation_id: string;
  readonly expires_at: string;
  readonly state: ReceiptState;
}

/** Where its `receipt.issued` stands in the ledger. */
interface Placed {
  readonly sequence: number;
  readonly committedAt: string;
}

/** The receipts of one operation, of which at least one may still end otherwise. */
interface Followed {
  readonly events: PlacedEvent[];
  /** By receipt id: those of the key that have not been told. */
  readonly untold: Map<string, Placed>;
}

/** Entries between two looks for receipts whose time has passed unsaid; their use may be committed a little later. */
const sweepEvery = 10_000;
const graceMs = 3_600_000;

const concerning: ReadonlySet<MarketOpsEvent['type']> = new Set([
  'receipt.issued',
  'operation.started',
  'receipt.expired',
  'receipt.revoked',
  'operation.redriven',
]);
/** No later event changes these. One that expired may yet be followed by the receipt that supersedes it. */
const final: ReadonlySet<ReceiptState> = new Set(['consumed', 'revoked', 'superseded']);

/**
 * Follows receipts that one key minted through the ledger. Each is told once, when it has ended or with the last entry;
 * held are only those that live, so that memory does not grow with the ledger.
 */
export function receiptFates(
  { key_id: keyId, purpose }: PublicKey,
  tell: (fate: Placed & ReceiptFate) => void,
): { take(batch: readonly WalkedEntry[], committedAt: string): void; end(nowMs: number): void } {
  const operations = new Map<string, Followed>();
  let taken = 0;

  /** Tells those that have come to an end, as of then. */
  const settle = (stream: string, ms: number, isOver: (lifecycle: ReceiptLifecycle) => boolean): void => {
    const followed = operations.get(stream);
    if (followed === undefined) return;
    for (const lifecycle of lifecyclesOf(followed, { ms, epoch: undefined })) {
      const { receipt_id, run_id, operation_id, expires_at } = lifecycle.receipt;
      const placed = followed.untold.get(receipt_id);
      if (placed === undefined || !isOver(lifecycle)) continue;
      followed.untold.delete(receipt_id);
      tell({ ...placed, receipt_id, run_id, operation_id, expires_at, state: lifecycle.state });
    }
    if (followed.untold.size === 0) operations.delete(stream);
  };

  const follow = (event: MarketOpsEvent, placed: Placed): void => {
    const followed = operations.get(event.stream) ?? { events: [], untold: new Map<string, Placed>() };
    if (event.type === 'receipt.issued' && event.data.receipt.key_id === keyId) {
      followed.untold.set(event.data.receipt.receipt_id, placed);
      operations.set(event.stream, followed);
    }
    followed.events.push({ event, sequence: placed.sequence });
  };

  return {
    take(batch, committedAt) {
      if (purpose !== 'mint') return;
      for (const { entry } of batch) {
        const parsed = parseEvent(entry.event);
        if ('fault' in parsed || !concerning.has(parsed.event.type)) continue;
        follow(parsed.event, { sequence: entry.sequence, committedAt });
        settle(parsed.event.stream, Number.NEGATIVE_INFINITY, ({ state }) => final.has(state));
      }
      const before = Math.floor(taken / sweepEvery);
      taken += batch.length;
      if (Math.floor(taken / sweepEvery) === before) return;
      const untilMs = Date.parse(committedAt) - graceMs;
      const isOver = ({ receipt }: ReceiptLifecycle): boolean => Date.parse(receipt.expires_at) <= untilMs;
      for (const stream of [...operations.keys()]) settle(stream, untilMs, isOver);
    },
    end(nowMs) {
      for (const stream of [...operations.keys()]) settle(stream, nowMs, () => true);
    },
  };
}
