import type { OperatorCommand, Receipt } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import {
  authorizationJob,
  publicationJob,
  queueNames,
  reconcileJob,
  revokeJob,
  runJob,
  suspectJob,
} from './topology.js';

const runId = `run_${'a'.repeat(26)}`;
const binding = { run_id: runId, operation_id: 'tag', operation_kind: 'tag_repo', mode: 'prod' } as const;
/** What of a receipt a job is made from. */
const receipt = { receipt_id: 'rcp_01ARZ3NDEKTSV4RRFFQ69G5FAV', ...binding } as Receipt;

/** What of an order a job is made from. */
const command = { command_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' } as OperatorCommand;

describe('queues and jobs', () => {
  it('given an account in any case, then it is one queue: GitHub ignores case', () => {
    expect(queueNames.publications('Acme')).toBe(queueNames.publications('acme'));
  });

  it('given any job, then its queue is braced and its ids are ones BullMQ takes', () => {
    const jobs = [
      authorizationJob(runId, 'planned-0', ['tag']),
      publicationJob('acme', receipt),
      revokeJob(command),
      reconcileJob('Acme', command, { runId, operationId: 'tag' }),
      runJob(runId),
      suspectJob(`op/${runId}/tag`),
    ];
    for (const { queue, jobId, coalesceId } of jobs) {
      expect(queue).toMatch(/^\{[a-z-]+\}$/);
      expect(jobId ?? coalesceId).toMatch(/^[^:]*[^:\d][^:]*$/);
    }
  });

  it('E2: given the same trigger, then it is the same job; another trigger is another', () => {
    expect(authorizationJob(runId, 'a')).toEqual(authorizationJob(runId, 'a'));
    expect(authorizationJob(runId, 'a').jobId).not.toBe(authorizationJob(runId, 'b').jobId);
    expect(publicationJob('acme', receipt).jobId).toBe(receipt.receipt_id);
  });

  it('given a receipt, then it is presented whole, with what it is for beside it', () => {
    expect(publicationJob('acme', receipt).data).toEqual({ ...binding, receipt });
  });

  it('E2: given an order to revoke, then it goes to federation as it was signed, in one job', () => {
    expect(revokeJob(command)).toEqual(revokeJob(command));
    expect(revokeJob(command)).toMatchObject({ queue: '{authorizations}', data: { command } });
  });

  it('given a run of any length of plan, then its wake-ups are one job', () => {
    expect(runJob(runId)).toMatchObject({ coalesceId: runId });
    expect(runJob(runId).jobId).toBeUndefined();
  });
});
