import { type AboutRun, runIdOf } from '../million/run-events.js';

/** Few tenants, principals and repositories among many runs, as an organisation has them. */
export const aboutOf = (index: number): AboutRun => ({
  principal: `ci-${index % 15}`,
  tenantId: `tenant-${index % 40}`,
  repository: `acme/widgets-${index % 500}`,
});

export const consoleRunId = (index: number): string => runIdOf(index, aboutOf(index));

/** So many of the runs, from all over the log. */
export const someRuns = (runs: number, many: number): number[] =>
  Array.from({ length: many }, (_, n) => Math.floor(((n + 0.5) * runs) / many));
