import {
  type GateCheck,
  gateCheckNumber,
  initialOperation,
  type Operation,
  type OperationState,
  type Receipt,
} from '@marketops/contracts';
import { publicationJob } from '@marketops/engine/deciding';
import { operationDigest, verifyReceiptOrigin } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import {
  type CheckedAnswer,
  createAllowList,
  createGate,
  type GateFacts,
  type LoadedOperation,
  readPresentation,
  streamFacts,
} from '@marketops/publisher/deciding';
import type { CheckContext } from './context.js';
import type { DecidedStep } from './groups.js';
import { mintSignatureFault } from './mint-signature.js';
import { type Redecided, undecided } from './verdict.js';

/** What nobody but the publisher can know of a presentation, told with every gate that is asked again. */
const unasked = [
  'check 3 asks two signatures, and the HMAC can be asked by the publisher alone: Ed25519 was verified',
  'clock skew, the limits of the account and which API the publisher spoke to are recorded nowhere',
] as const;

/** Holds that rest on nothing but the moment. */
const momentary = 'what held it was so at that moment only, and is recorded as a reason alone';

/** The gate asked again for a start, a resumption, a hold or a refusal of the operation. */
export async function redecideGate(step: DecidedStep, context: CheckContext): Promise<Redecided> {
  const { event } = step.first;
  if (!isGated(event)) return undecided(`${event.type} does not come from the gate`);
  const operationId = event.stream.split('/')[2] ?? '';
  const state = step.before.operations.get(operationId) ?? initialOperation;
  const receipt = receiptOf(event, state);
  const operation = context.operations.get(operationId);
  if (receipt === undefined) return undecided('the receipt it names was not issued in its stream');
  if (operation === undefined)
    return undecided(
      `the operation is recorded as digest ${receipt.operation_digest}, and its blob is not on this machine`,
    );
  const answers = await ask(step, context, { operation, receipt, state });
  if (event.type === 'operation.started' || event.type === 'operation.resumed') return passed(answers);
  return stopped(answers, event.data.check, event.data.reason.code);
}

type Gated = Extract<
  DecidedStep['first']['event'],
  { type: 'operation.started' | 'operation.resumed' | 'operation.held' | 'operation.refused' }
>;

const gatedTypes: ReadonlySet<string> = new Set([
  'operation.started',
  'operation.resumed',
  'operation.held',
  'operation.refused',
]);
const isGated = (event: DecidedStep['first']['event']): event is Gated => gatedTypes.has(event.type);

function receiptOf(event: Gated, { receipts }: OperationState): Receipt | undefined {
  const id = event.type === 'operation.refused' ? event.data.audit.receipt_id : event.data.receipt_id;
  return receipts.find(({ receipt_id }) => receipt_id === id);
}

interface Presented {
  readonly operation: Operation;
  readonly receipt: Receipt;
  readonly state: OperationState;
}

/** The twelve answers; of check 3 what public keys can tell. */
async function ask(
  step: DecidedStep,
  context: CheckContext,
  presented: Presented,
): Promise<readonly CheckedAnswer[]> {
  const { loaded, keyring, audience } = context;
  const gate = createGate({
    ...{ crypto: nodeCrypto, keyring, audience },
    issuer: loaded.config.issuer,
    // The HMAC key is the publisher's; nobody else has it, and a replay least of all.
    hmacKeys: new Map(),
    allowList: createAllowList(loaded.config),
  });
  const { answers } = gate.judge(factsOf(step, context, presented));
  const answer = await originOf(presented, step, context);
  return answers.map((one) => (one.check === 'signatures' ? { check: one.check, answer } : one));
}

async function originOf(
  { receipt }: Presented,
  { first }: DecidedStep,
  context: CheckContext,
): Promise<CheckedAnswer['answer']> {
  const fault = await mintSignatureFault(first, receipt.key_id, context, (trust) =>
    verifyReceiptOrigin(nodeCrypto, receipt, trust),
  );
  if (fault === undefined) return { verdict: 'pass' };
  const reason = { code: fault.code, message: fault.message, remedy: 'Do not act on it.' };
  return { verdict: 'refuse', reason };
}

function factsOf(
  { first, eventsOf }: DecidedStep,
  { system, runId }: CheckContext,
  { operation, receipt, state }: Presented,
): GateFacts {
  const moment = { time: first.event.time, sequence: first.entry?.sequence ?? Infinity };
  const frozen = system.frozenAt(moment);
  const earlier = eventsOf(`op/${runId}/${receipt.operation_id}`);
  const issuance = earlier.find(({ event }) => event.id === state.issued?.id);
  const loaded: LoadedOperation = {
    ...{ status: 'loaded', operation },
    digest: operationDigest(nodeCrypto, operation),
  };
  return {
    presented: readPresentation(publicationJob(operation.repository.owner, receipt).data),
    jobId: receipt.receipt_id,
    stream: streamFacts({ events: earlier.map(({ event }) => event), digests: [] }),
    operation: loaded,
    now: first.event.time,
    clockSkewMs: 0,
    control: {
      ...{ epoch: system.epochAt(moment) ?? receipt.epoch, term: 1, state: 'open', reason: '' },
      frozen: new Map(),
    },
    systemFrozen: frozen,
    // What stands before it in the ledger had been acknowledged; what is not in the ledger had not.
    issuanceAcknowledged: issuance?.entry != null,
    capWaitMs: 0,
    throttled: null,
  };
}

function passed(answers: readonly CheckedAnswer[]): Redecided {
  const against = answers.filter(({ answer }) => answer.verdict !== 'pass');
  if (against.length === 0) return { verdict: 'partly', would: [], wouldNot: [], notes: unasked };
  return { verdict: 'diverges', would: [], wouldNot: [], notes: against.map(told) };
}

/** It was stopped: that check must say so again, with the same reason. */
function stopped(answers: readonly CheckedAnswer[], check: GateCheck, code: string): Redecided {
  const answer = answers.find((one) => one.check === check)?.answer;
  const again = answer !== undefined && 'reason' in answer ? answer.reason.code : undefined;
  if (again === code) return { verdict: 'partly', would: [], wouldNot: [], notes: unasked };
  // A hold for what was so at one moment leaves nothing behind to ask again.
  if (again === undefined && !recordedReasons.has(code)) return undecided(momentary);
  const now = again === undefined ? 'it passes' : `it says ${again}`;
  return {
    ...{ verdict: 'diverges', would: [], wouldNot: [] },
    notes: [`check ${gateCheckNumber(check)} (${check}) said ${code}; asked again ${now}`],
  };
}

/** Reasons whose facts stand in the ledger or in the configuration. */
const recordedReasons: ReadonlySet<string> = new Set([
  'frozen',
  'run_not_prod',
  'receipt_stale',
  'receipt_expired',
  'receipt_consumed',
  'receipt_revoked',
  'receipt_superseded',
  'epoch_passed',
  'not_served_here',
]);

function told({ check, answer }: CheckedAnswer): string {
  const which = `check ${gateCheckNumber(check)} (${check})`;
  if ('reason' in answer) return `${which} would ${answer.verdict}: ${answer.reason.message}`;
  return `${which} could not be asked`;
}
