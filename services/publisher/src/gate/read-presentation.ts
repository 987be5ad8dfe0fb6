import { Advisory, guarded, Presentation, Receipt } from '@marketops/contracts';
import { visible } from './answer.js';

/** A job's data as the gate sees it: attacker-controlled, so every claim is a claim. */
export interface Presented {
  /** False where the data is not a presentation at all; the fields below are then what could be made out. */
  readonly wellFormed: boolean;
  readonly runId: string | null;
  readonly operationId: string | null;
  readonly operationKind: string | null;
  readonly mode: unknown;
  readonly document: PresentedDocument;
  /** As claimed, to be found again; not verified by anything. */
  readonly claimedReceiptId: string | null;
}

/** What stands where the receipt belongs. An advisory is told from junk so that it can be named as what it is. */
type PresentedDocument =
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'advisory' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'missing' };

const claimedCharsMax = 120;

const presentationOf = guarded(Presentation);
const receiptOf = guarded(Receipt);

/** Never throws: whatever does not fit is the gate's to refuse, with an event, not a parser's to drop. */
export function readPresentation(data: unknown): Presented {
  const fields = asRecord(data);
  const receipt = fields['receipt'];
  return {
    wellFormed: presentationOf.safeParse(data).success,
    runId: claimed(fields['run_id']),
    operationId: claimed(fields['operation_id']),
    operationKind: claimed(fields['operation_kind']),
    mode: fields['mode'],
    document: documentOf(receipt),
    claimedReceiptId: claimed(asRecord(receipt)['receipt_id']),
  };
}

function documentOf(value: unknown): PresentedDocument {
  if (value === undefined || value === null) return { kind: 'missing' };
  const parsed = receiptOf.safeParse(value);
  if (parsed.success) return { kind: 'receipt', receipt: copyOf(parsed.data) };
  // Both a genuine advisory and a receipt somebody flipped the flag of say of themselves that they authorize nothing.
  if (Advisory.safeParse(value).success || asRecord(value)['enforceable'] === false)
    return { kind: 'advisory' };
  return { kind: 'malformed' };
}

/** The gate's own: a caller of the library keeps the original, and what has been judged must not change. */
const copyOf = (receipt: Receipt): Receipt => ({
  ...receipt,
  audience: { ...receipt.audience },
  signatures: { ...receipt.signatures },
});

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const claimed = (value: unknown): string | null =>
  typeof value === 'string' ? visible(value.slice(0, claimedCharsMax)) : null;
