import { jobNames, queueNames } from '@marketops/engine';
import { commandBy, testKeys } from '@marketops/engine/testing';
import type { Job } from 'bullmq';
import fc from 'fast-check';
import { release } from '../../support/requests.js';
import { allReleases, simulatedRequests } from '../../support/simulated-github.js';
import { type Door, openDoor, Violation } from '../door.js';
import { mutatedJson } from '../mutate.js';
import type { FuzzWorld } from '../world.js';

const batch = 20;
const limitMs = 30_000;

/** A door that is a queue: jobs in batches to the real service, each of which must end, done or refused with a code. */
const queueDoor = (
  name: string,
  queue: string,
  jobName: string,
  samplesOf: (world: FuzzWorld) => readonly unknown[],
): Door => ({
  name,
  what: `jobs in ${queue}: done, or refused with a code; no effect, and every process lives on`,
  async open(world) {
    const before = await simulatedRequests(world.system.url);
    const names = fc.oneof(
      { weight: 6, arbitrary: fc.constant(jobName) },
      fc.constantFrom('', '__proto__', 'group', jobNames.runCancel, 'x'.repeat(500)),
    );
    const job = fc.tuple(names, mutatedJson(samplesOf(world)));
    const inputs = fc.array(job, { minLength: batch, maxLength: batch });
    const door = openDoor(
      inputs,
      async (jobs) => {
        const added = await Promise.all(
          jobs.map(([jobNamed, data]) =>
            world.client.forge(queue, jobNamed === '' ? 'none' : jobNamed, data),
          ),
        );
        await Promise.all(added.map((one) => untilEnded(world, one)));
        const { writes } = await simulatedRequests(world.system.url);
        if (writes !== before.writes) throw new Violation(`${writes - before.writes} writes at GitHub`);
        for (const { name: process, state } of world.system.processes) {
          if (state !== 'running') throw new Violation(`${process} is ${state}`);
        }
      },
      limitMs,
    );
    return { ...door, finish: () => stillWorks(world) };
  },
});

/** Gone, completed, held for later, or failed for a reason with a code. */
async function untilEnded({ client }: FuzzWorld, job: Job): Promise<void> {
  await client.until(
    `the end of job ${job.id ?? '?'}`,
    async () => {
      const state = await job.getState();
      if (state === 'failed') {
        const failed = await client.job(job.queueName, job.id ?? '');
        const reason = failed?.failedReason ?? '';
        if (!/^[a-z][a-z0-9_]*: /.test(reason)) throw new Violation(`failed without a code: ${reason}`);
      }
      return state === 'failed' || state === 'completed' || state === 'unknown';
    },
    limitMs,
  );
}

/** After all that was tried, honest work is done as before, and only that has shipped. */
async function stillWorks({ client, system }: FuzzWorld): Promise<void> {
  const tag = `v2.0.${Date.now()}`;
  const before = (await allReleases(system.url)).length;
  const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release(tag)] }]);
  await client.ended([runId]);
  const after = await allReleases(system.url);
  if (after.length !== before + 1 || !after.some(({ tag_name }) => tag_name === tag)) {
    throw new Violation('honest work is not done any more');
  }
}

export const queues: readonly Door[] = [
  queueDoor('plans', queueNames.plans('local'), jobNames.planRequested, () => [
    {
      tenant_id: 'acme',
      repository: 'acme/widgets',
      idempotency_key: 'fuzz',
      operations: [release('v3.0.0')],
    },
    {
      tenant_id: 'acme',
      repository: 'acme/widgets',
      mode: 'dry_run',
      operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v3.0.1', target: 'main', message: 'Three' }],
    },
  ]),
  queueDoor('authorizations', queueNames.authorizations, jobNames.authorize, ({ runId }) => [
    { run_id: runId, operation_ids: ['release'] },
    { run_id: runId },
  ]),
  queueDoor('revocations', queueNames.authorizations, jobNames.revoke, ({ receipt, system }) => {
    const { environment, log_origin } = system.loaded.keyring;
    const { receipt_id, run_id, operation_id, audience } = receipt;
    const action = { kind: 'revoke_receipt', receipt_id, run_id, operation_id } as const;
    return [
      { command: commandBy(testKeys(), 'alice', action, Date.now(), { audience }) },
      {
        command: commandBy(testKeys(), 'bob', action, 0, {
          audience: { ...audience, environment, log_origin },
        }),
      },
    ];
  }),
  queueDoor('publications', queueNames.publications('acme'), jobNames.publish, ({ runId, receipt }) => [
    { run_id: runId, operation_id: 'release', operation_kind: 'publish_release', mode: 'prod', receipt },
  ]),
  queueDoor('runs', queueNames.runs, jobNames.run, ({ runId }) => [
    { run_id: runId, sweep: true },
    { run_id: runId },
  ]),
  queueDoor('ledger', queueNames.ledger, jobNames.suspect, ({ runId }) => [
    { stream: `op/${runId}/release` },
  ]),
];
