import {
  type GateCheck,
  gateCheckNumber,
  gateChecks,
  limits,
  type MarketOpsEvent,
  type PublicationPlan,
  Receipt,
} from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine';
import {
  type OpenKeyring,
  operationDigest,
  ProofError,
  planDigest,
  verifyReceiptOrigin,
} from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { PlacedEvent } from '../ledger/ledger-reader.js';
import type { OperationRecord, RunRecord } from '../runs/run-record.js';

/**
 * The gate's twelve checks, asked again afterwards from what stands in the ledger. The publisher's word for them is the
 * `operation.started` it appends only when all twelve pass; this is everybody else's word, as far as public keys and
 * records reach.
 */
export interface CheckResult {
  readonly check: GateCheck;
  readonly number: number;
  /**
   * `holds`, `fails`: as computed here. `gate`: only the publisher can ask it, and it passed there.
   * `unasked`: the operation never came to the gate.
   */
  readonly verdict: 'holds' | 'fails' | 'gate' | 'unasked';
  /** What was compared. */
  readonly evidence: string;
  /** When the gate asked it: at the start, or when it refused; null where it never came to the gate. */
  readonly asked_at: string | null;
}

export type Answer = Pick<CheckResult, 'verdict' | 'evidence'>;

/** What the answers are held against: configuration and public keys. */
export interface CheckTrust {
  readonly config: LoadedConfig['config'];
  readonly keyring: OpenKeyring;
}

/** A receipt, held against its run and operation at one time. */
export interface Presented extends CheckTrust {
  readonly record: RunRecord;
  readonly operation: OperationRecord;
  readonly receipt: Receipt;
  /** The time it is asked for. */
  readonly at: string;
}

interface Case extends Presented {
  readonly started: Started;
  readonly events: readonly PlacedEvent[];
}

type Started = Extract<MarketOpsEvent, { type: 'operation.started' }>;

export function checksOf(record: RunRecord, operation: OperationRecord, trust: CheckTrust): CheckResult[] {
  const { started, receipts } = operation.state;
  const receipt = receipts.find((one) => one.receipt_id === started?.data.receipt_id);
  const refused = operation.state.outcome?.type === 'operation.refused' ? operation.state.outcome : undefined;
  return gateChecks.map((check) => {
    const number = gateCheckNumber(check);
    if (refused?.data.check === check) {
      return {
        ...{ check, number, verdict: 'fails', evidence: refused.data.reason.message },
        asked_at: refused.time,
      };
    }
    if (started === undefined || receipt === undefined) {
      const evidence = whyUnasked(record, operation);
      return { check, number, verdict: 'unasked', evidence, asked_at: null };
    }
    const answer = questions[check]({
      record,
      operation,
      receipt,
      started,
      at: started.time,
      events: operation.events,
      ...trust,
    });
    return { check, number, ...answer, asked_at: started.time };
  });
}

function whyUnasked({ run }: RunRecord, { state }: OperationRecord): string {
  if (run.mode !== 'prod') return 'a dry run never comes to the gate';
  if (state.receipts.length === 0) return 'no receipt was issued';
  return 'it has not started';
}

export const holdsIf = (condition: boolean, evidence: string): Answer => ({
  verdict: condition ? 'holds' : 'fails',
  evidence,
});

/** Those whose answer depends on nothing but the receipt, what it is for, and the time. */
export const questionsOfReceipt: Readonly<
  Record<Exclude<GateCheck, 'mode' | 'unconsumed' | 'acknowledged'>, (the: Presented) => Answer>
> = {
  presence: ({ receipt }) =>
    holdsIf(Receipt.safeParse(receipt).success, `${receipt.receipt_id}, well-formed`),
  signatures: ({ receipt, keyring }) => signatureAnswer(receipt, keyring),
  enforceable: ({ receipt }) =>
    holdsIf(receipt.enforceable === true, `enforceable is ${receipt.enforceable}`),
  audience: ({ receipt, config }) => {
    const { environment, api_origin: api, log_origin: log } = receipt.audience;
    const ours =
      environment === config.environment && log === config.log_origin && receipt.issuer === config.issuer;
    return holdsIf(ours, `${receipt.issuer} for ${environment}, ${api}, ${log}, epoch ${receipt.epoch}`);
  },
  run_binding: ({ receipt, record }) => holdsIf(receipt.run_id === record.runId, receipt.run_id),
  kind_binding: ({ receipt, operation }) => {
    // Where the operation itself is gone, what was planned still says of what kind it was.
    const planned = operation.state.planned?.data.operation_kind;
    const kinds = [planned, operation.operation?.kind ?? planned];
    return holdsIf(
      kinds.every((kind) => kind === receipt.operation_kind),
      receipt.operation_kind,
    );
  },
  operation_binding: bindingAnswer,
  unexpired: ({ receipt, at }) => {
    const atMs = Date.parse(at);
    const valid =
      Date.parse(receipt.not_before) <= atMs + limits.clockSkewMsMax && atMs < Date.parse(receipt.expires_at);
    return holdsIf(valid, `asked ${at}, valid until ${receipt.expires_at}`);
  },
  fresh: ({ receipt, at }) => {
    const ageMs = Date.parse(at) - Date.parse(receipt.issued_at);
    const lifeMs = Date.parse(receipt.expires_at) - Date.parse(receipt.not_before);
    const young = ageMs < limits.receiptTtlMsMax && lifeMs <= limits.receiptTtlMsMax;
    return holdsIf(young, `${ageMs} ms old when asked, made for ${lifeMs / 60_000} min`);
  },
};

const questions: Readonly<Record<GateCheck, (the: Case) => Answer>> = {
  ...questionsOfReceipt,
  mode: ({ started, record, receipt }) =>
    holdsIf(
      started.mode === 'prod' && record.run.mode === 'prod' && receipt.mode === 'prod',
      `mode is ${started.mode} in the run, the receipt and the start`,
    ),
  unconsumed: ({ receipt, events }) => {
    const starts = events.filter(
      ({ event }) => event.type === 'operation.started' && event.data.receipt_id === receipt.receipt_id,
    );
    return holdsIf(starts.length === 1, `consumed by ${starts.length} start, at ${positionOf(starts[0])}`);
  },
  acknowledged: ({ receipt, events, started }) => {
    const issued = events.find(
      ({ event }) => event.type === 'receipt.issued' && event.data.receipt.receipt_id === receipt.receipt_id,
    );
    const start = events.find(({ event }) => event.id === started.id);
    if (issued?.sequence === undefined || start?.sequence === undefined) {
      return { verdict: 'gate', evidence: 'the ledger has not taken both events yet' };
    }
    return holdsIf(
      issued.sequence < start.sequence,
      `issued in ledger entry ${issued.sequence}, started in ${start.sequence}`,
    );
  },
};

/** The HMAC needs the secret that federation and the publisher share; the Ed25519 half only the public keyring. */
function signatureAnswer(receipt: Receipt, keyring: OpenKeyring): Answer {
  try {
    verifyReceiptOrigin(nodeCrypto, receipt, { keyring });
    return { verdict: 'holds', evidence: `Ed25519 by ${receipt.key_id}; HMAC-SHA256 checked at the gate` };
  } catch (fault) {
    if (!(fault instanceof ProofError)) throw fault;
    return { verdict: 'fails', evidence: fault.message };
  }
}

function bindingAnswer({ receipt, operation, record }: Presented): Answer {
  const { operation: whole } = operation;
  if (whole === undefined || record.plan === undefined) {
    return {
      verdict: 'gate',
      evidence:
        record.contents.state === 'erased'
          ? 'the operation was erased: its digest in the receipt and that in the plan’s event can still be compared'
          : 'the operation or the plan is in a blob that is not on this machine',
    };
  }
  const same =
    receipt.operation_id === whole.operation_id &&
    receipt.operation_digest === operationDigest(nodeCrypto, whole) &&
    receipt.plan_digest === planDigest(nodeCrypto, record.plan) &&
    receipt.tenant_id === tenantOf(record.plan);
  return holdsIf(
    same,
    `operation ${receipt.operation_digest.slice(0, 12)}…, plan ${receipt.plan_digest.slice(0, 12)}…, both computed again`,
  );
}

const tenantOf = (plan: PublicationPlan): string => plan.tenant_id;
export const positionOf = (placed: PlacedEvent | undefined): string =>
  placed?.sequence === undefined ? 'a place the ledger has yet to give' : `ledger entry ${placed.sequence}`;
