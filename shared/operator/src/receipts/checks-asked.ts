import { type GateCheck, gateChecks, type MarketOpsEvent } from '@marketops/contracts';
import type { PlacedEvent } from '../ledger/ledger-reader.js';

/** One time the gate answered a check about a receipt, by the publisher's signed word. */
export interface CheckOccasion {
  readonly check: GateCheck;
  readonly answer: 'passed' | 'held' | 'refused';
  readonly time: string;
  readonly sequence: number | null;
  /** Empty for what passed. */
  readonly reason: string;
  /** True where a refused job merely claimed to present this receipt. */
  readonly claimed: boolean;
}

/**
 * When the gate asked what about a receipt, in order. A start says that all twelve passed; a hold or a refusal says
 * which check it was.
 * @param events of the receipt's operation
 * @param claims refusals of jobs that named the receipt
 */
export function checkOccasions(
  receiptId: string,
  events: readonly PlacedEvent[],
  claims: readonly PlacedEvent[],
): CheckOccasion[] {
  return [...events, ...claims]
    .flatMap(({ event, sequence = null }) =>
      answersIn(event, receiptId).map((answer) => ({ ...answer, time: event.time, sequence })),
    )
    .sort((a, b) => a.time.localeCompare(b.time));
}

type Said = Omit<CheckOccasion, 'time' | 'sequence'>;

function answersIn(event: MarketOpsEvent, receiptId: string): Said[] {
  switch (event.type) {
    case 'operation.started':
      if (event.data.receipt_id !== receiptId) return [];
      return gateChecks.map((check) => ({ check, answer: 'passed', reason: '', claimed: false }));
    case 'operation.held':
      if (event.data.receipt_id !== receiptId) return [];
      return [{ check: event.data.check, answer: 'held', reason: event.data.reason.message, claimed: false }];
    case 'operation.refused':
      if (event.data.audit.receipt_id !== receiptId) return [];
      return [
        { check: event.data.check, answer: 'refused', reason: event.data.reason.message, claimed: false },
      ];
    case 'gate.refused':
      if (event.data.claimed_receipt_id !== receiptId) return [];
      return [
        { check: event.data.check, answer: 'refused', reason: event.data.reason.message, claimed: true },
      ];
    default:
      return [];
  }
}
