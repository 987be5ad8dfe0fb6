import type { EventOf, EventType, GateCheck, MarketOpsEvent } from '@marketops/contracts';

/** What an event shows of a law, in words; undefined where it shows nothing of it. */
export type Look = (event: MarketOpsEvent) => string | undefined;
/** Looked for in this order: the first kind of which there is any, its newest. */
export type LawEvidence = readonly (readonly Look[])[];

function look<Type extends EventType>(
  type: Type,
  words: (data: EventOf<Type>['data'], event: EventOf<Type>) => string | undefined,
): Look {
  const isOne = (event: MarketOpsEvent): event is MarketOpsEvent & EventOf<Type> => event.type === type;
  return (event) => (isOne(event) ? words(event.data, event) : undefined);
}

const newest: Look = (event) =>
  `${event.type}, seq ${event.seq} of ${event.stream}, signed by ${event.actor}`;
const blocked = look(
  'operation.blocked',
  ({ reason }, { stream }) => `${stream} was blocked: ${reason.message}`,
);
const invalidMode = look('plan.rejected', ({ code, faults }, { stream }) =>
  code === 'mode_invalid' ? `${stream} was stopped: ${faults[0]?.message ?? code}` : undefined,
);
const advised = look(
  'receipt.advised',
  ({ advisory }, { stream }) => `${stream} got an advisory: ${advisory.reasons[0]?.message ?? ''}`,
);
const advisedInDryRun = look('receipt.advised', (_data, { mode, stream }) =>
  mode === 'dry_run' ? `${stream}, of a dry run, got an advisory and no receipt` : undefined,
);
const started = (words: string) =>
  look('operation.started', ({ receipt_id }, { stream }) => `${stream} started with ${receipt_id}: ${words}`);
const issued = (words: string) =>
  look('receipt.issued', ({ receipt }, { stream }) => `${receipt.receipt_id} for ${stream}: ${words}`);
const ending = look(
  'receipt.issued',
  ({ receipt }, { stream }) => `${receipt.receipt_id} for ${stream} ends at ${receipt.expires_at}`,
);
const superseding = look('receipt.issued', ({ receipt }, { stream }) =>
  receipt.supersedes === undefined
    ? undefined
    : `${receipt.receipt_id} for ${stream} took the place of ${receipt.supersedes}`,
);
const expired = look(
  'receipt.expired',
  ({ receipt_id, reason }) => `${receipt_id} expired: ${reason.message}`,
);
const authorized = look(
  'operation.authorized',
  ({ policy_digest }, { stream }) => `${stream} was allowed by policy ${policy_digest}`,
);
const held = look(
  'operation.held',
  ({ check, reason }, { stream }) => `${stream} was held at ${check}: ${reason.message}`,
);
const audited = (type: 'operation.succeeded' | 'operation.failed' | 'operation.refused') =>
  look(type, ({ audit }, { stream }) => `the audit record of ${stream} names ${audit.receipt_id}`);

/** A refusal at one of these checks (at any, if none is named), of an operation or of a job that only claimed one. */
function refused(...checks: readonly GateCheck[]): readonly Look[] {
  const asked = (check: GateCheck) => checks.length === 0 || checks.includes(check);
  return [
    look('gate.refused', ({ check, reason, claimed_receipt_id }) =>
      asked(check)
        ? `a job that claimed ${claimed_receipt_id ?? 'no receipt'} was refused at ${check}: ${reason.message}`
        : undefined,
    ),
    look('operation.refused', ({ check, reason }, { stream }) =>
      asked(check) ? `${stream} was refused at ${check}: ${reason.message}` : undefined,
    ),
  ];
}

/**
 * What in a ledger shows a law at work: a refusal where there is one, else the newest use that went by the law. A law
 * that no event can show is not here.
 */
export const lawEvidence: Readonly<Record<string, LawEvidence>> = {
  D1: [[blocked]],
  D3: [[invalidMode], refused('mode')],
  D4: [refused('mode'), [advisedInDryRun]],
  D5: [[blocked]],
  P1: [refused(), [started('twelve checks passed')]],
  P2: [refused('signatures'), [issued('signed with HMAC-SHA256 and with Ed25519')]],
  P3: [refused('run_binding', 'kind_binding'), [issued('bound to its run and its kind')]],
  P4: [refused('unconsumed'), [started('that is its one use')]],
  P5: [refused('unexpired', 'fresh'), [expired], [ending]],
  P6: [[audited('operation.succeeded'), audited('operation.failed'), audited('operation.refused')]],
  P8: [refused(), [held]],
  F1: [refused('signatures'), [issued('minted by federation')]],
  F2: [[authorized]],
  F3: [refused('signatures'), [started('its signatures were verified before that')]],
  F5: [[advised]],
  E1: [[newest]],
  E3: [
    [
      look(
        'stream.quarantined',
        ({ stream, seq, reason }) => `${stream} was quarantined at seq ${seq}: ${reason}`,
      ),
    ],
    [newest],
  ],
  R1: [refused('operation_binding', 'audience'), [started('for this operation alone')]],
  R3: [[superseding], [started('start and consumption are this one event')]],
  X1: [[started('the ledger had this before anything was done')]],
  X2: [
    [
      look(
        'operation.uncertain',
        ({ reason }, { stream }) => `${stream} waits for a person: ${reason.message}`,
      ),
      look('operation.reconciled', ({ found, by }, { stream }) => `${stream}: ${found}, found by ${by}`),
    ],
    [
      look(
        'operation.resumed',
        ({ reason }, { stream }) => `${stream} was looked up, not repeated: ${reason}`,
      ),
    ],
  ],
  L1: [[newest]],
  L2: [
    [
      look('epoch.opened', ({ epoch, reason }) =>
        epoch > 1 ? `epoch ${epoch} was opened: ${reason}` : undefined,
      ),
    ],
    [newest],
  ],
  L3: [
    [
      look(
        'run.completed',
        ({ status }, { stream, run_id }) =>
          `${stream} ended ${status}: marketops proof ${run_id} proves it to a stranger`,
      ),
    ],
  ],
  O1: [
    [
      look(
        'system.frozen',
        ({ scopes, principal, reason }) => `${principal} froze ${scopes.join(', ')}: ${reason}`,
      ),
    ],
  ],
  O2: [
    [
      look(
        'approval.counted',
        (_data, { stream }) => `what was said on ${stream} was weighed, without the word of who asked for it`,
      ),
    ],
  ],
};
