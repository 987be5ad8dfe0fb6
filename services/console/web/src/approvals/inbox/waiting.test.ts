import type { ApprovalRequest } from '@marketops/client';
import { describe, expect, it } from 'vitest';
import { waitingOf } from './waiting.js';

const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const request = (more: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  ...{ request_id: 'r', plan_digest: 'd', operation_ids: ['release'], evidence: [], missing_evidence: [] },
  ...{ needs: [{ policy_id: 'two', approvals: 2, group: null, have: 1 }], reasons: [] },
  ...{ expires_at: '2026-03-02T12:00:00.000Z', standing: 'open', ...more },
});

describe('how far an approval is', () => {
  it('given people and facts that are missing, then each with how many there are', () => {
    const waiting = waitingOf(
      {
        requests: [
          request({
            needs: [
              { policy_id: 'two', approvals: 2, group: null, have: 1 },
              { policy_id: 'one', approvals: 1, group: 'release-managers', have: 3 },
            ],
            evidence: ['ci.result=passed'],
            missing_evidence: ['ci.result=passed'],
          }),
        ],
      },
      nowMs,
    );
    expect(waiting.needs).toEqual([
      { text: '1 of 2 approvals by any approver', met: false },
      { text: '1 of 1 approval by somebody of release-managers', met: true },
      { text: 'the evidence ci.result=passed', met: false },
    ]);
    expect(waiting).toMatchObject({ met: 1, urgent: false, expiresAt: '2026-03-02T12:00:00.000Z' });
  });

  it('given several requests, then the one that ends first counts down, and their operations are told once', () => {
    const waiting = waitingOf(
      {
        requests: [
          request(),
          request({ expires_at: '2026-03-01T12:30:00.000Z', operation_ids: ['tag', 'release'] }),
        ],
      },
      nowMs,
    );
    expect(waiting).toMatchObject({ expiresAt: '2026-03-01T12:30:00.000Z', urgent: true });
    expect(waiting.operationIds.toSorted()).toEqual(['release', 'tag']);
  });

  it.each(['answered', 'expired'] as const)('given only %s requests, then nothing is open', (standing) => {
    expect(waitingOf({ requests: [request({ standing })] }, nowMs)).toMatchObject({
      ...{ open: undefined, needs: [], expiresAt: null, urgent: false, operationIds: [] },
    });
  });
});
