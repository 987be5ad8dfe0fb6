import type { ProvidedRedis } from '@marketops/local';
import { verifyLedger } from '@marketops/operator/reading';
import { exampleRepositories, type SeedRepository } from '../processes/simulated-github.js';
import { startSystem } from '../processes/system.js';
import { type Control, presentGenuine } from './control.js';
import { writeAuditPolicies } from './policies.js';
import { runScenario } from './run-scenario.js';
import type { Scenario, ScenarioResult } from './scenario.js';
import { guarded, restricted } from './scenarios/bypassed-policy.js';
import { misleadingEnvironment } from './scenarios/other-mode.js';
import { setStage } from './stage.js';
import { openWorld } from './world.js';

export interface AuditOptions {
  /** An empty folder: the private system's. */
  readonly dir: string;
  readonly scenarios: readonly Scenario[];
  readonly signal: AbortSignal;
  readonly onRedis?: (redis: Pick<ProvidedRedis, 'describe'>) => void;
  /** The honest runs are over; the attacks begin. */
  readonly onStage?: () => void;
  readonly onScenario?: (result: ScenarioResult) => void;
}

export interface AuditResult {
  readonly scenarios: readonly ScenarioResult[];
  readonly control: Control;
  /** Entries of the private system's ledger, verified from the first when all was over. */
  readonly ledger: { readonly holds: boolean; readonly entries: number; readonly lastHash: string };
  readonly startedAt: string;
  readonly elapsedMs: number;
}

/** True only if every scenario was refused, the genuine receipt shipped and the ledger verifies. */
export const auditHeld = ({ scenarios, control, ledger }: AuditResult): boolean =>
  scenarios.length > 0 && scenarios.every(({ refused }) => refused) && control.shipped && ledger.holds;

/** Starts a private system with a Redis of its own, attacks it, and stops it. Never touches any other. */
export async function runAudit(options: AuditOptions): Promise<AuditResult> {
  const { dir, scenarios, signal, onStage, onScenario } = options;
  const started = new Date();
  writeAuditPolicies(dir);
  const system = await startSystem({
    dir,
    signal,
    github: 'simulated',
    repositories: [...exampleRepositories, ...[restricted, guarded].map(seedOf)],
    // What is in REDIS_URL is somebody's: here streams are going to be forged.
    redisSources: ['path', 'debian', 'javascript'],
    allowNonDurableRedis: true,
    environment: misleadingEnvironment,
    // The sweeper would present the waiting receipts by itself.
    config: {
      timing: { run_deadline_ms: 3_600_000, acknowledgement_wait_ms: 1_000, approval_ttl_ms: 1_000 },
    },
    ...(options.onRedis === undefined ? {} : { onRedis: options.onRedis }),
  });
  try {
    const world = await openWorld(system, signal);
    try {
      const stage = await setStage(world);
      onStage?.();
      const results: ScenarioResult[] = [];
      for (const scenario of scenarios) {
        const result = await runScenario(stage, scenario);
        onScenario?.(result);
        results.push(result);
      }
      const control = await presentGenuine(stage);
      const { report } = await verifyLedger(system.loaded);
      return {
        ...{ scenarios: results, control },
        ledger: { holds: report.ok, entries: report.entries, lastHash: report.lastHash },
        startedAt: started.toISOString(),
        elapsedMs: Date.now() - started.getTime(),
      };
    } finally {
      await world.close();
    }
  } finally {
    await system.stop();
  }
}

const seedOf = (repository: string): SeedRepository => {
  const [owner = '', name = ''] = repository.split('/');
  return { owner, name, branches: [{ name: 'main', commits: ['Initial commit'] }] };
};
