import {
  type Approval,
  type ApprovalClaims,
  type EventDraft,
  type Evidence,
  type EvidenceClaims,
  foldRun,
  runStream,
} from '@marketops/contracts';
import { approvalBy, evidenceBy, type OutsideName, type TestEngine } from '@marketops/engine/testing';
import { openPolicies, type PolicySet } from '@marketops/policy';
import { testPolicyFiles } from '@marketops/policy/testing';
import { nodeCrypto } from '@marketops/proof/node';
import type { Harness } from './harness.js';
import { runId } from './plan.js';

const said = { grant: 'approval.granted', deny: 'approval.denied', withdraw: 'approval.withdrawn' } as const;

/** What people sign about the run's plan, and what carries it. */
export function hearingOf({ engine }: Harness) {
  const about = async () => {
    const { planned } = foldRun(await engine.events(runStream(runId)));
    return { run_id: runId, plan_digest: planned?.data.plan_digest ?? '' };
  };
  return {
    /** Signed and carried. */
    async says(who: OutsideName, over: Partial<ApprovalClaims> = {}): Promise<Approval> {
      const approval = approvalBy(engine.keys, who, await about(), engine.clock.nowMs(), over);
      await carry(engine, approval);
      return approval;
    },
    signs: async (who: OutsideName, over: Partial<ApprovalClaims> = {}): Promise<Approval> =>
      approvalBy(engine.keys, who, await about(), engine.clock.nowMs(), over),
    carry: (approval: Approval) => carry(engine, approval),
    async vouches(over: Partial<EvidenceClaims> = {}): Promise<Evidence> {
      const evidence = evidenceBy(engine.keys, await about(), engine.clock.nowMs(), over);
      await onRun(engine, { type: 'evidence.recorded', data: { evidence } });
      return evidence;
    },
    run: async () => foldRun(await engine.events(runStream(runId))),
  };
}
export type Voices = ReturnType<typeof hearingOf>;

const carry = (engine: TestEngine, approval: Approval): Promise<void> =>
  onRun(engine, { type: said[approval.verdict], data: { approval } });

/** The console carries; it can make none of it. */
async function onRun(engine: TestEngine, draft: EventDraft): Promise<void> {
  const last = (await engine.events(runStream(runId))).at(-1);
  await engine.say('console', runStream(runId), last?.seq ?? 0, [draft], { mode: last?.mode ?? 'prod' });
}

/** The test policies, with one that wants so many people, of a group where one is named. */
export function wantingApprovals(count: number, group?: string): PolicySet {
  const forbids =
    group === undefined
      ? { annotation: '', unless: `context.approval_count >= ${count}` }
      : {
          annotation: `@approver_group("${group}")`,
          unless: `context.approvals.contains("${group}:${count}")`,
        };
  return openPolicies(nodeCrypto, {
    ...testPolicyFiles,
    'people.cedar': `@id("people") @reason("People decide.") @remedy("Ask them.") @approvals("${count}") ${forbids.annotation}
forbid (principal, action, resource) unless { ${forbids.unless} };
`,
  });
}

/** The test policies, with one that wants this fact, and waits for it where it says so. */
export const wantingEvidence = (fact: string, annotation = ''): PolicySet =>
  openPolicies(nodeCrypto, {
    ...testPolicyFiles,
    'facts.cedar': `@id("facts") @reason("It must be so.") @remedy("Make it so.") ${annotation}
forbid (principal, action, resource) unless { context.evidence.contains("${fact}") };
`,
  });
