import { Fault } from '@marketops/contracts';
import { openPolicies, type PolicyAnswer } from '@marketops/policy';
import { nodeCrypto } from '@marketops/proof/node';
import { anyCase } from '@marketops/publisher/testing';
import fc from 'fast-check';
import { type Door, openDoor, Violation } from '../door.js';
import { mutatedText } from '../mutate.js';
import { typed } from '../typed.js';

const genuine = [
  `@id("releases")
permit (principal, action == Action::"publish_release", resource)
when { ["acme/widgets", "acme/website"].contains(resource.full_name) };
`,
  `// Two people.
@id("two-people")
@reason("A release is approved by two people.")
@remedy("Ask two approvers.")
@approvals("2")
forbid (principal, action == Action::"publish_release", resource == Repository::"acme/widgets")
when { !context.draft && !context.prerelease && context.make_latest == "true" }
unless { context.approval_count >= 2 || context.approvals.contains("release-managers:1") };
`,
  `@id("tags")
permit (principal, action == Action::"tag_repo", resource)
when { resource.full_name like "acme/*" && context.evidence.contains("ci.result=passed") };
`,
];

export const policy: Door = {
  name: 'policy',
  what: 'policies in Cedar: taken or refused with a typed fault; those taken always answer',
  async open() {
    const operations = fc.sample(anyCase, { seed: 2, numRuns: 20 }).map(({ operation }) => operation);
    const inputs = fc.tuple(mutatedText(genuine), fc.constantFrom(...operations));
    return openDoor(inputs, async ([text, operation]) => {
      const policies = await typed(() => whole(() => openPolicies(nodeCrypto, { 'mutated.cedar': text })));
      if (policies === undefined) return;
      const answer = policies.decide({
        ...{ operation, tenantId: 'acme', principal: 'local' },
        ...{ approvals: [], evidence: [] },
      });
      if (!answer.allowed) checkNo(answer);
    });
  },
};

/** @throws Violation where the engine broke down: refused with a code or not, from then on nothing is allowed any more */
function whole<Value>(ask: () => Value): Value {
  try {
    return ask();
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'policy_engine_failed')
      throw new Violation(broken(thrown));
    throw thrown;
  }
}

const broken = ({ cause, message }: Error): string =>
  `the policy engine broke down: ${cause instanceof Error ? cause.message : message}`;

/** A policy that was taken fails to evaluate in one way only: the schema leaves nothing else but numbers to run over. */
function checkNo({ reasons, policies }: Extract<PolicyAnswer, { allowed: false }>): void {
  if (reasons.length === 0) throw new Violation('a no without a reason');
  for (const { code, message } of reasons) {
    const isEvaluated = policies.length > 0 && message.includes('overflow');
    if (code === 'policy_error' && !isEvaluated) throw new Violation(message);
  }
}
