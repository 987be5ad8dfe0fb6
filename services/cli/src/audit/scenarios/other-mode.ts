import { claimsOf, mintWith } from '../forging.js';
import { presentation, presenting } from '../presenting.js';
import { refusedBy } from '../refusal.js';
import { type Attempt, NotRefused, type Scenario } from '../scenario.js';
import { operationId, releasePlan, type Stage, untilEnded } from '../stage.js';

/** What a misconfigured CI sets; every process of the audited system runs with it, the publisher with its token too. */
export const misleadingEnvironment = {
  MODE: 'prod',
  MARKETOPS_MODE: 'prod',
  DRY_RUN: 'false',
  MARKETOPS_DRY_RUN: '0',
  NODE_ENV: 'production',
  CI: 'true',
  GITHUB_ACTIONS: 'true',
} as const;

export const otherMode: Scenario = {
  id: 'A7',
  name: 'dry_run with prod credentials, mode case tricks, mode by environment variable',
  severity: 'high',
  stoppedBy: 'exact mode',
  steps: [
    'run every process with MODE=prod, DRY_RUN=false and the like, and the publisher with a token that may write',
    'ask for a dry run, and for no mode at all: each stays a dry run, and every operation is blocked',
    'ask for PROD, Prod, "prod " and true: the plan is rejected',
    'present a genuine receipt under such modes, and a receipt minted for the dry run’s operation: check 1 refuses each',
  ],
  attempts: (stage) => {
    const { receipt } = stage.waiting;
    const minted = mintWith(
      stage.system.loaded.dataDir,
      claimsOf(receipt, { run_id: stage.dryRun.runId, operation_digest: digestOfDryRun(stage) }),
    );
    const modes = ['PROD', 'Prod', 'prod ', 'prod\u0000', 'рrod', 'dry_run', '', true, null, ['prod']];
    return [
      blocked('a dry run, with credentials and environment of prod', { mode: 'dry_run' }),
      blocked('no mode, with credentials and environment of prod', {}),
      ...['PROD', 'Prod', 'prod ', true].map((mode) => rejected(`a plan in mode ${shown(mode)}`, mode)),
      ...modes.map((mode) =>
        presenting(
          `a genuine receipt in mode ${shown(mode)}`,
          'mode',
          presentation(stage, receipt, { mode }),
        ),
      ),
      presenting(
        'a receipt minted for the dry run’s operation',
        'mode',
        presentation(stage, minted, { run_id: stage.dryRun.runId }),
      ),
    ];
  },
};

const digestOfDryRun = ({ dryRun, waiting }: Stage): string =>
  dryRun.advisory.operation_digest ?? waiting.receipt.operation_digest;

const shown = (mode: unknown): string => JSON.stringify(mode).replace(/[^\x20-\x7e]/g, '?');

/** The run must end blocked, its operation with the event that says so, and without a receipt. */
const blocked = (name: string, mode: object): Attempt => ({
  name,
  expects: 'side_effect_port',
  attack: async (stage) => {
    const runId = await stage.submit({ ...mode, ...releasePlan('v0.7.0') });
    await untilEnded(stage, runId);
    const state = await stage.operation(runId, operationId);
    if (state.blocked === undefined || state.issued !== undefined) {
      throw new NotRefused(`the operation is ${state.phase}`);
    }
    return refusedBy(stage, 'side_effect_port', state.blocked, state.blocked.data.reason.message);
  },
});

/** The planner must reject the plan, with an event in the run's own stream. */
const rejected = (name: string, mode: unknown): Attempt => ({
  name,
  expects: 'planner',
  attack: async (stage) => {
    const runId = await stage.submit({ mode, ...releasePlan('v0.7.1') });
    const { rejected: event } = await untilEnded(stage, runId);
    if (event === undefined) throw new NotRefused('the plan was not rejected');
    return refusedBy(stage, 'planner', event, `${event.data.code}: ${event.data.faults[0]?.message ?? ''}`);
  },
});
