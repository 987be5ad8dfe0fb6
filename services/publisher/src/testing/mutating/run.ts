import { type EventDraft, freezeScopes, type Receipt } from '@marketops/contracts';
import fc from 'fast-check';
import type { GateFacts } from '../../gate/context.js';
import { streamFacts } from '../../stream-facts.js';
import { asEvents, type Case, plannedEvent, sharedAuthority, startedEvent } from '../gate-fixture.js';
import { anyCase } from './cases.js';
import { type Mutation, gateRules as rules } from './mutation.js';

const why = { code: 'x', message: 'x', remedy: 'x' };

/** The operation's stream as it would stand with other events in it. */
export function streamOf(
  one: Case,
  {
    receipt = one.receipt,
    planned = plannedEvent(one.operation, one.receipt.plan_digest),
    later = [],
    envelope = {},
  }: {
    readonly receipt?: Receipt;
    readonly planned?: EventDraft;
    readonly later?: readonly EventDraft[];
    readonly envelope?: object;
  } = {},
): GateFacts['stream'] {
  const drafts: EventDraft[] = [planned, { type: 'receipt.issued', data: { receipt } }, ...later];
  const events = asEvents(one.receipt, drafts).map((event) => ({ ...event, ...envelope }));
  return streamFacts({ events, digests: [] });
}

type StreamChange = (one: Case, other: Case) => GateFacts['stream'];
const after =
  (...later: readonly ((one: Case, other: Case) => EventDraft)[]): StreamChange =>
  (one, other) =>
    streamOf(one, { later: later.map((make) => make(one, other)) });
const reissued = (one: Case, other: Case): EventDraft => {
  const { signatures: _, ...claims } = one.receipt;
  const receipt = sharedAuthority.issue({ ...claims, receipt_id: other.receipt.receipt_id });
  return { type: 'receipt.issued', data: { receipt } };
};
const plannedWith =
  (change: (one: Case, other: Case) => object): StreamChange =>
  (one, other) => {
    const planned = plannedEvent(one.operation, one.receipt.plan_digest);
    return streamOf(one, {
      planned: { ...planned, data: { ...planned.data, ...change(one, other) } } as EventDraft,
    });
  };

const streamChanges: readonly StreamChange[] = [
  () => null,
  (_, other) => other.facts.stream,
  (one) => streamOf(one, { envelope: { mode: 'dry_run' } }),
  (one) => streamOf(one, { envelope: { mode: null } }),
  (one, other) => streamOf(one, { envelope: { tenant_id: other.receipt.tenant_id } }),
  (one, other) => streamOf(one, { envelope: { run_id: other.receipt.run_id } }),
  (one, other) => streamOf(one, { receipt: other.receipt }),
  (one) => streamOf(one, { receipt: { ...one.receipt, issuer: `${one.receipt.issuer}x` } }),
  after(({ receipt }) => ({
    type: 'receipt.revoked',
    data: { receipt_id: receipt.receipt_id, reason: why, command: null },
  })),
  after(({ receipt }) => ({
    type: 'receipt.expired',
    data: { receipt_id: receipt.receipt_id, reason: why },
  })),
  after(({ receipt }) => ({
    type: 'operation.skipped',
    data: { operation_id: receipt.operation_id, reason: why },
  })),
  after(reissued),
  after((one, other) => startedEvent({ ...one.receipt, receipt_id: other.receipt.receipt_id })),
  plannedWith((_, other) => ({ plan_digest: other.receipt.plan_digest })),
  plannedWith((_, other) => ({ operation_digest: other.receipt.operation_digest })),
  plannedWith(() => ({ operation_digest: null })),
  plannedWith(() => ({ operation_id: 'another' })),
];

export const runMutation: fc.Arbitrary<Mutation> = fc
  .tuple(fc.constantFrom(...streamChanges), anyCase)
  .map(([change, other]) => ({
    of: 'run',
    apply: (one) => ({ rules, facts: { ...one.facts, stream: change(one, other) } }),
  }));

/** The receipt has started its operation, and somebody else's job presents it. */
export const consumedMutation: fc.Arbitrary<Mutation> = fc.string({ maxLength: 40 }).map((suffix) => ({
  of: 'run',
  apply(one) {
    const { receipt_id } = one.receipt;
    const jobId = `${receipt_id}${suffix}`;
    // That very job, or a sweep of it, resumes its own execution.
    if (suffix === '' || /^\.s\d+$/.test(suffix)) return undefined;
    const stream = streamOf(one, { later: [startedEvent(one.receipt)] });
    return { rules, facts: { ...one.facts, jobId, stream } };
  },
}));

/** What the world says: the control key, the freezes, the ledger. */
export const worldMutation: fc.Arbitrary<Mutation> = fc
  .tuple(fc.nat(3), fc.nat(9), fc.integer({ min: 1 }))
  .map(([scopeAt, which, number]) => ({
    of: 'run',
    apply(one) {
      const { facts } = one;
      const control = facts.control ?? { epoch: 1, state: 'open', reason: '', term: 1, frozen: new Map() };
      const scope = freezeScopes(one.receipt.tenant_id, one.operation.repository)[scopeAt] ?? 'all';
      const changes: readonly Partial<GateFacts>[] = [
        { control: null },
        { control: { ...control, state: 'closed', reason: 'closed' } },
        { control: { ...control, epoch: control.epoch + number } },
        { control: { ...control, epoch: Math.max(0, control.epoch - number) } },
        { control: { ...control, frozen: new Map([[scope, 'stop']]) } },
        { systemFrozen: new Map([[scope, 'stop']]) },
        { issuanceAcknowledged: false },
        { capWaitMs: number },
        { throttled: { waitMs: number, why: 'its turn' } },
        { clockSkewMs: (number % 2 === 0 ? 1 : -1) * (5_001 + number) },
      ];
      return { rules, facts: { ...facts, ...changes[which] } };
    },
  }));
