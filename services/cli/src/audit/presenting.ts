import { jobNames } from '@marketops/engine';
import { digestOf } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { refusedBy } from './refusal.js';
import type { Attempt, Refusal } from './scenario.js';
import { operationId, publications, type Stage } from './stage.js';

/** A presentation for the waiting run's release, with something else in it here and there. */
export const presentation = (
  { waiting }: Stage,
  receipt: unknown,
  over: object = {},
): Readonly<Record<string, unknown>> => ({
  run_id: waiting.runId,
  operation_id: operationId,
  operation_kind: 'publish_release',
  mode: 'prod',
  receipt,
  ...over,
});

/** An attempt that puts a job of one's own straight into the publisher's queue. */
export const presenting = (
  name: string,
  expects: string,
  data: Readonly<Record<string, unknown>>,
  jobId?: string,
): Attempt => ({ name, expects, attack: (stage) => present(stage, data, jobId) });

/** Presents a job and waits until the gate has said no to this very job, and the ledger has it. */
export async function present(
  stage: Stage,
  data: Readonly<Record<string, unknown>>,
  jobId?: string,
): Promise<Refusal> {
  // What arrives is JSON: members that are undefined are not there.
  const digest = digestOf(nodeCrypto, JSON.parse(JSON.stringify(data)));
  await stage.forge(publications, jobNames.publish, data, jobId);
  return stage.until('a refusal by the gate', async () => {
    for (const event of await stage.systemEvents()) {
      if (event.type !== 'gate.refused' || event.data.job_digest !== digest) continue;
      return refusedBy(stage, event.data.check, event, event.data.reason.message);
    }
    return undefined;
  });
}
