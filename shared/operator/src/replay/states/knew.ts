import type { MarketOpsEvent } from '@marketops/contracts';

/** Something that whoever decided rested on, as the event names it: by digest, id or key. */
export interface Known {
  readonly name: string;
  readonly value: string;
}

const facts: Readonly<Record<string, string>> = {
  policy_digest: 'policy',
  evidence_digest: 'evidence',
  facts_digest: 'remote facts',
  observed_digest: 'observed',
  request_digest: 'request',
  plan_digest: 'plan',
  operation_digest: 'operation',
  job_digest: 'job',
  decision_id: 'decision',
  receipt_id: 'receipt',
  previous_receipt_id: 'receipt of before',
  supersedes: 'supersedes',
  execution_id: 'execution',
  command_id: 'order',
  approval_id: 'approval',
  evidence_id: 'statement',
  key_id: 'signed with',
  hmac_key_id: 'and with',
  epoch: 'epoch',
  blob: 'blob',
  sha: 'commit',
  request_id: 'answer',
};

const knownMax = 24;

/**
 * What the decider of an event knew, as far as the event carries it, and what it followed from. Each thing once; an inlined plan
 * or operation is what was decided, not what was known, and is left out.
 */
export function knewOf({ data, causation_id: cause }: MarketOpsEvent): Known[] {
  const found = [...walk(data)];
  if (cause !== null) found.push({ name: 'follows from', value: cause });
  const once = new Map(found.map((one) => [`${one.name} ${one.value}`, one]));
  return [...once.values()].slice(0, knownMax);
}

function* walk(value: unknown): Generator<Known> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const told = Object.hasOwn(facts, name) ? facts[name] : undefined;
    if (told !== undefined && (typeof member === 'string' || typeof member === 'number'))
      yield { name: told, value: String(member) };
    else if (name !== 'inline' && name !== 'assets') yield* walk(member);
  }
}
