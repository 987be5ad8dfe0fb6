import type { Audience, EventOf, Mode, Operation, OperationState, Receipt } from '@marketops/contracts';
import type { CryptoPort, HmacKey, OpenKeyring } from '@marketops/proof';
import type { Control } from '@marketops/store';
import type { AllowList } from '../allow-list.js';
import type { Presented } from './read-presentation.js';

/** What the gate was built with: the same for every presentation. */
export interface GateRules {
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly hmacKeys: Pick<ReadonlyMap<string, HmacKey>, 'get'>;
  readonly issuer: string;
  readonly audience: Audience;
  /** The publisher's own: it stands even against federation. */
  readonly allowList: AllowList;
}

/** What is known of the operation's stream; every event in it has been verified (laws E3, F3). */
export interface StreamFacts {
  readonly state: OperationState;
  /** Its running digest at the state's last seq; what is appended next goes on from it. */
  readonly digest: string;
  /** The last attempt known to have ended without an outcome. */
  readonly lastRetry: EventOf<'operation.retried'> | null;
  /** How many attempts ended so for a reason that counts; see `unspentCodes`. */
  readonly spentRetries: number;
  /** The one mode all its events say; null where they disagree or say nothing. */
  readonly mode: Mode | null;
  readonly tenantId: string | null;
}

/** The operation as loaded from its event or blob, with its digest computed again from what was loaded. */
export type LoadedOperation =
  | { readonly status: 'loaded'; readonly operation: Operation; readonly digest: string }
  | { readonly status: 'absent' }
  | { readonly status: 'fault'; readonly fault: unknown };

/** What was gathered for one presentation before the gate is asked. Plain values: the checks do no I/O. */
export interface GateFacts {
  readonly presented: Presented;
  readonly jobId: string;
  /** Null where the claimed operation has no stream. */
  readonly stream: StreamFacts | null;
  readonly operation: LoadedOperation;
  /** UTC, milliseconds. */
  readonly now: string;
  /** How far this process's clock is from the store's; the sign does not matter. */
  readonly clockSkewMs: number;
  /** Null where the partition's control key is missing: closed and frozen, never "no limits". */
  readonly control: Control | null;
  /** Scopes the `system` stream says are frozen, each with why. */
  readonly systemFrozen: ReadonlyMap<string, string>;
  /** The ledger's signed word covers the issuance of the receipt. */
  readonly issuanceAcknowledged: boolean;
  /** How long this publisher's own cap keeps a start waiting, in milliseconds; 0 for now. */
  readonly capWaitMs: number;
  /** What its account waits for, where it has no room now: the provider's limits, or its other operations. */
  readonly throttled: Throttled | null;
}

interface Throttled {
  readonly waitMs: number;
  /** In words, such as `the writes of the hour are spent`. */
  readonly why: string;
}

/** What every check is given. */
export interface GateContext extends GateFacts {
  readonly rules: GateRules;
  /** The receipt, where one was presented that has the shape of one. */
  readonly receipt: Receipt | undefined;
  /**
   * True where this job's own receipt has started the operation and no outcome stands yet: a later attempt of the same
   * execution. The start then satisfies checks 9 to 11 and the epoch of check 5.
   */
  readonly resuming: boolean;
}

export function contextOf(rules: GateRules, facts: GateFacts): GateContext {
  const { document } = facts.presented;
  const receipt = document.kind === 'receipt' ? document.receipt : undefined;
  // Not a spread with members after it, which takes the engine microseconds.
  return Object.assign({}, facts, { rules, receipt, resuming: isResumption(facts, receipt) });
}

function isResumption({ jobId, stream }: GateFacts, receipt: Receipt | undefined): boolean {
  if (receipt === undefined || stream === null || !isJobOf(jobId, receipt.receipt_id)) return false;
  const { started, outcome } = stream.state;
  return started?.data.receipt_id === receipt.receipt_id && outcome === undefined;
}

/**
 * A receipt's job bears its id; the sweeper adds `.s<time>` when it enqueues the receipt anew. Whoever presents a started
 * receipt under another id is somebody else (check 9).
 */
export function isJobOf(jobId: string, receiptId: string): boolean {
  return (
    jobId === receiptId ||
    (jobId.startsWith(`${receiptId}.s`) && /^\d+$/.test(jobId.slice(receiptId.length + 2)))
  );
}
