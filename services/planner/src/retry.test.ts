import { runStream } from '@marketops/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sayEnd } from './testing/end.js';
import { type Harness, openHarness, principals, runIdOf, tagRequest } from './testing/harness.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness({
    config: {
      principals: {
        ...principals,
        ci: { ...principals.ci, tenants: ['acme', 'globex'] },
        other: principals.ci,
      },
    },
  });
});
afterEach(() => its.engine.close());

const first = runIdOf('k1');
async function endedRun(): Promise<void> {
  await its.plan(tagRequest());
  await sayEnd(its, first, 'tag', 'operation.failed');
  await its.look(first);
}
const retry = (over: Record<string, unknown> = {}, principal = 'ci') =>
  its.plan(tagRequest({ idempotency_key: 'k2', retry_of: first, ...over }), {}, principal);
const refusal = async (runId: string) => (await its.run(runId)).rejected?.data;

describe('a request that tries an earlier run again', () => {
  it('given an ended run of the same principal and tenant, then it is planned anew, and says which run it tries again', async () => {
    await endedRun();
    await retry();
    const run = await its.run(runIdOf('k2'));
    expect(run.status).toBe('planned');
    expect(JSON.stringify(run.requested?.data.request)).toContain(first);
    expect((await its.operation(runIdOf('k2'), 'tag')).phase).toBe('planned');
    expect((await its.run(first)).status).toBe('completed');
  });

  it('given a run that has not ended, then it is rejected', async () => {
    await its.plan(tagRequest());
    await retry();
    expect(await refusal(runIdOf('k2'))).toMatchObject({
      code: 'retry_not_allowed',
      faults: [{ path: 'retry_of', message: `names ${first}, which has not ended` }],
    });
  });

  it.each([
    ['another principal', {}, 'other', 'acme'],
    ['another tenant', { tenant_id: 'globex' }, 'ci', 'globex'],
  ])('given %s, then it is rejected as if there were no such run', async (_, over, principal, tenant) => {
    await endedRun();
    await retry(over, principal);
    const runId = runIdOf('k2', principal, tenant);
    const said = await refusal(runId);
    await its.plan(
      tagRequest({ ...over, idempotency_key: 'k3', retry_of: `run_${'z'.repeat(26)}` }),
      {},
      principal,
    );
    const unknown = await refusal(runIdOf('k3', principal, tenant));
    expect(said).toMatchObject({ code: 'retry_not_allowed', faults: [{ path: 'retry_of' }] });
    expect(unknown?.faults[0]?.message).toBe(
      said?.faults[0]?.message.replace(first, `run_${'z'.repeat(26)}`),
    );
    expect(its.world.asked.filter((question) => question.startsWith('tag'))).toHaveLength(1);
  });

  it('given it names itself, then it is rejected', async () => {
    await retry({ retry_of: runIdOf('k2') });
    expect(await refusal(runIdOf('k2'))).toMatchObject({ code: 'retry_not_allowed' });
    expect(await its.engine.events(runStream(runIdOf('k2')))).toHaveLength(1);
  });
});
