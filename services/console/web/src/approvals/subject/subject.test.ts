import type { PlanView } from '@marketops/client';
import type { Operation, PublicationPlan } from '@marketops/contracts';
import { operationDigest, planDigest } from '@marketops/proof';
import { webCrypto } from '@marketops/proof/web';
import { describe, expect, it } from 'vitest';
import { subjectOf } from './subject.js';

const runId = `run_${'0'.repeat(26)}`;
const operation: Operation = {
  ...{ operation_id: 'tag', kind: 'tag_repo', repository: { id: 7, owner: 'acme', name: 'widgets' } },
  ...{ tag_name: 'v1.4.0', target_sha: 'a'.repeat(40), message: 'Widgets' },
};
const plan: PublicationPlan & NonNullable<PlanView['plan']> = {
  ...{ version: 1, run_id: runId, tenant_id: 'acme', principal: 'alice', mode: 'prod' },
  request_digest: 'b'.repeat(64),
  operations: [
    {
      ...{ operation_id: 'tag', kind: 'tag_repo', repository: 'acme/widgets', depends_on: [] },
      operation_digest: operationDigest(webCrypto, operation),
      ...{ blocked_by_mode: false, would_ship: true, reasons: [], missing_prerequisites: [] },
    },
  ],
};
const digest = planDigest(webCrypto, plan);
const view = (more: Partial<PlanView> = {}, shown: unknown = operation): PlanView => ({
  ...{ run_id: runId, mode: 'prod', plan_digest: digest, request_digest: plan.request_digest },
  ...{ plan, would_ship: 1, would_not_ship: 0, compared_with: null },
  operations: [
    {
      ...{ operation_id: 'tag', kind: 'tag_repo', repository: 'acme/widgets', depends_on: [] },
      operation_digest: plan.operations[0]?.operation_digest ?? null,
      ...{ blocked_by_mode: false, would_ship: true, reasons: [], missing_prerequisites: [] },
      ...{ operation: shown as Record<string, unknown>, effect: 'a tag', changes: [] },
    },
  ],
  ...more,
});

describe('what a person would sign', () => {
  it('given the plan that people were asked about, then it is shown without a fault', () => {
    const subject = subjectOf(webCrypto, view(), digest);
    expect(subject).toMatchObject({ is: 'shown', faults: [] });
    expect(subject.is === 'shown' && subject.operations.get('tag')).toEqual(operation);
  });

  it('given another operation under the same digest, then that is said', () => {
    const other = { ...operation, tag_name: 'v1.4.1' };
    expect(subjectOf(webCrypto, view({}, other), digest)).toMatchObject({
      faults: ['The operation tag on this page is not the one that was planned.'],
    });
  });

  it('given another plan than people were asked about, then that is said', () => {
    expect(subjectOf(webCrypto, view({ plan: { ...plan, principal: 'mallory' } }), digest)).toMatchObject({
      faults: ['The plan that came is not the one people were asked about.'],
    });
  });

  it.each([
    ['no plan', view({ plan: null })],
    ['an operation that is not there', view({}, null)],
    ['an operation of another form', view({}, { kind: 'tag_repo' })],
  ])('given %s, then it is hidden, and nobody signs it', (_, given) => {
    expect(subjectOf(webCrypto, given, digest)).toMatchObject({ is: 'hidden' });
  });
});
