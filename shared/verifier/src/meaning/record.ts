import type { CryptoPort } from '@marketops/proof';

/** What an authorization said, until the next one. */
interface Authorization {
  readonly decision: string;
  readonly policy: string;
  readonly evidence: string;
  readonly validUntil: string;
  /** A receipt has been minted on it; the next one is a renewal. */
  used: boolean;
}

interface LatestReceipt {
  readonly id: string;
  readonly expiresAt: string;
  state: 'live' | 'expired' | 'revoked' | 'consumed';
}

/**
 * What is kept of an operation that is open: about 700 bytes. Of one that ended without an effect only `binding`, what its
 * records must say, and the id of its last receipt stay, since a redrive may open it again: about 250 bytes. Of one that
 * succeeded nothing stays.
 */
export interface OpenOperation {
  /** Digest of what was planned; undefined where nothing was. */
  binding: string | undefined;
  /** What was planned, as every record of it must repeat it; empty where that is not told here. */
  planned: Planned;
  authorization: Authorization | undefined;
  receipt: LatestReceipt | undefined;
  /** The last that was ever issued in its stream, which the next must name; empty where none was. */
  lastReceiptId: string;
  /** Of the start that consumed the receipt. */
  execution: string | undefined;
}

export interface Planned {
  readonly kind: string;
  /** `owner/name`. Empty where the operation is in a blob: then the journal alone does not say. */
  readonly repository: string;
}
const untold: Planned = { kind: '', repository: '' };

export interface Bound {
  readonly mode: unknown;
  readonly kind: unknown;
  readonly operationDigest: unknown;
  readonly planDigest: unknown;
}

/** What a plan says of an operation and its receipt must repeat, as one digest. */
export const bindingOf = (crypto: CryptoPort, { mode, kind, operationDigest, planDigest }: Bound): string =>
  crypto.sha256Hex(JSON.stringify([mode, kind, operationDigest, planDigest]));

export const opened = (
  binding: string | undefined,
  planned: Planned = untold,
  lastReceiptId = '',
): OpenOperation => ({
  ...{ binding, planned },
  authorization: undefined,
  receipt: undefined,
  lastReceiptId,
  execution: undefined,
});

/** Members of what somebody signed; its shape is not believed. */
export type Members = Readonly<Record<string, unknown>>;
export const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
/** Text, or text that equals nothing. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '\0');

const timeForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** Epoch milliseconds of a time in the one form there is; NaN, which is before and after nothing, of everything else. */
export const timeMsOf = (value: unknown): number =>
  typeof value === 'string' && timeForm.test(value) ? Date.parse(value) : Number.NaN;

/** What somebody said, short and in plain letters. */
export const shown = (text: string): string => text.replaceAll(/[^\w:.-]/g, '?').slice(0, 60);

/** The id of a receipt; of what is no id, a text that is none either. Its length is bounded: ids are kept. */
export const receiptIdOf = (value: unknown): string =>
  typeof value === 'string' && /^rcp_[0-9A-Z]{26}$/.test(value) ? value : '\0';

/** `run/<run>` and `op/<run>/<operation>` are of the run. */
export const runOf = (stream: string): string => stream.split('/', 2)[1] ?? '';
