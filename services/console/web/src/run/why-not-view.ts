import type { WhyNot } from '@marketops/client';
import type { Tone } from '../components/badge.js';

/** One reason why something has not shipped, as the panel shows it. */
export interface WhyNotView {
  readonly key: string;
  readonly tone: Tone;
  /** What kind of reason it is, in words. */
  readonly title: string;
  readonly why: WhyNot;
}

const words: Readonly<Record<WhyNot['kind'], readonly [title: string, tone: Tone]>> = {
  forged_signature: ['Forged signature', 'red'],
  refused: ['Refused at the gate', 'red'],
  uncertain: ['Nobody knows whether it happened', 'red'],
  failed: ['It failed', 'red'],
  rejected: ['The request could not be planned', 'red'],
  revoked: ['The receipt was revoked', 'red'],
  policy_violation: ['A policy says no', 'red'],
  missing_prerequisite: ['A prerequisite is missing', 'red'],
  frozen: ['Frozen', 'blue'],
  throttled: ['Throttled', 'blue'],
  expired: ['The receipt has expired', 'blue'],
  awaiting_approval: ['It waits for approval', 'blue'],
  awaiting_evidence: ['It waits for evidence', 'blue'],
  held: ['Held at the gate', 'blue'],
  missing_receipt: ['It has no receipt', 'blue'],
  stalled: ['Nothing was heard of it', 'red'],
  dependency: ['What it depends on did not succeed', 'neutral'],
  cancelled: ['It was cancelled', 'neutral'],
  mode: ['It is a dry run', 'gold'],
};
const order = Object.keys(words);

/**
 * The reasons, security alerts first, then by weight; what is the same for several operations is said once, with all of them.
 */
export function whyNotViews(
  reasons: readonly WhyNot[],
): readonly (WhyNotView & { readonly operations: readonly string[] })[] {
  const groups = new Map<string, { readonly why: WhyNot; readonly operations: string[] }>();
  for (const why of reasons) {
    const { kind, code, message, remedy, security_alert, verified, policy_id, throttled_until } = why;
    const key = JSON.stringify([
      kind,
      code,
      message,
      remedy,
      security_alert,
      verified,
      policy_id,
      throttled_until,
    ]);
    const group = groups.get(key) ?? { why, operations: [] };
    if (why.operation_id !== null && !group.operations.includes(why.operation_id))
      group.operations.push(why.operation_id);
    groups.set(key, group);
  }
  return [...groups]
    .map(([key, { why, operations }]) => {
      const [title, tone] = words[why.kind] ?? ['It has not shipped', 'neutral'];
      return { key, why, operations, title, tone: why.security_alert ? ('red' as const) : tone };
    })
    .sort((a, b) => weight(a.why) - weight(b.why));
}

const weight = ({ kind, security_alert }: WhyNot): number =>
  (security_alert ? 0 : 100) + (order.includes(kind) ? order.indexOf(kind) : order.length);
