import { authorizationJob } from '@marketops/engine/deciding';
import type { JobSpec } from '@marketops/store';

const operationsPerJob = 50;

/** One job for few operations; for many, several, so that federation can share them out. */
export function authorizationJobs(
  runId: string,
  trigger: string,
  operationIds: readonly string[],
): JobSpec[] {
  const jobs: JobSpec[] = [];
  for (let at = 0; at < operationIds.length; at += operationsPerJob) {
    jobs.push(
      authorizationJob(
        runId,
        `${trigger}-${at / operationsPerJob}`,
        operationIds.slice(at, at + operationsPerJob),
      ),
    );
  }
  return jobs;
}
