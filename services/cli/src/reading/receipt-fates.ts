import { type LedgerEntry, type PublicKey, parseEvent } from '@marketops/contracts';

/** A receipt and what became of it. */
export interface ReceiptFate {
  readonly receipt_id: string;
  readonly run_id: string;
  readonly operation_id: string;
  readonly expires_at: string;
  /** `issued` is live: nobody has used it, and its time has not passed. */
  readonly state: 'issued' | 'consumed' | 'expired' | 'revoked' | 'superseded';
}

interface Live extends Omit<ReceiptFate, 'state'> {
  readonly sequence: number;
  readonly committedAt: string;
}

/** Entries between two looks for receipts whose time has passed unsaid; their use may be committed a little later. */
const sweepEvery = 10_000;
const graceMs = 3_600_000;

/**
 * Follows receipts that one key minted through the ledger. Each is told once, when it has ended or with the last entry;
 * held are only those that live, so that memory does not grow with the ledger.
 */
export function receiptFates(
  { key_id: keyId, purpose }: PublicKey,
  tell: (fate: Live & ReceiptFate) => void,
): { take(entry: LedgerEntry, committedAt: string): void; end(nowMs: number): void } {
  const live = new Map<string, Live>();
  let taken = 0;
  const close = (id: string | undefined, state: ReceiptFate['state']): void => {
    const receipt = id === undefined ? undefined : live.get(id);
    if (receipt === undefined) return;
    live.delete(receipt.receipt_id);
    tell({ ...receipt, state });
  };
  const sweep = (now: string): void => {
    for (const { receipt_id: id, expires_at: end } of live.values()) if (end <= now) close(id, 'expired');
  };
  return {
    take({ sequence, event: raw }, committedAt) {
      if (purpose !== 'mint') return;
      taken += 1;
      if (taken % sweepEvery === 0) sweep(new Date(Date.parse(committedAt) - graceMs).toISOString());
      const parsed = parseEvent(raw);
      if ('fault' in parsed) return;
      const { event } = parsed;
      if (event.type === 'receipt.issued') {
        const { receipt } = event.data;
        close(receipt.supersedes, 'superseded');
        if (receipt.key_id !== keyId) return;
        const { receipt_id, run_id, operation_id, expires_at } = receipt;
        live.set(receipt_id, { receipt_id, run_id, operation_id, expires_at, sequence, committedAt });
      } else if (event.type === 'operation.started') close(event.data.receipt_id, 'consumed');
      else if (event.type === 'receipt.expired') close(event.data.receipt_id, 'expired');
      else if (event.type === 'receipt.revoked') close(event.data.receipt_id, 'revoked');
    },
    end(nowMs) {
      sweep(new Date(nowMs).toISOString());
      for (const { receipt_id: id } of [...live.values()]) close(id, 'issued');
    },
  };
}
