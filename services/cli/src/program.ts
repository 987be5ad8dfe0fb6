import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { Runtime } from './command.js';
import { registerApiKeys } from './commands/api-key.js';
import { registerApprovals } from './commands/approvals.js';
import { registerApprove } from './commands/approve.js';
import { registerApprover } from './commands/approver.js';
import { registerAudit } from './commands/audit.js';
import { registerBackup } from './commands/backup.js';
import { registerCancel } from './commands/cancel.js';
import { registerDead } from './commands/dead.js';
import { registerDemo } from './commands/demo.js';
import { registerDeny } from './commands/deny.js';
import { registerDev } from './commands/dev.js';
import { registerDoctor } from './commands/doctor.js';
import { registerDrift } from './commands/drift.js';
import { registerErase } from './commands/erase.js';
import { registerEvents } from './commands/events.js';
import { registerEvidence } from './commands/evidence.js';
import { registerFreeze } from './commands/freeze.js';
import { registerFreezes } from './commands/freezes.js';
import { registerInit } from './commands/init.js';
import { registerIssuer } from './commands/issuer.js';
import { registerKeysList } from './commands/keys-list.js';
import { registerKeysRevoke } from './commands/keys-revoke.js';
import { registerKeysGenerate, registerKeysRotate } from './commands/keys-rotate.js';
import { registerKeysSigned } from './commands/keys-signed.js';
import { registerLaws } from './commands/laws.js';
import { registerLedgerCheckpoint } from './commands/ledger-checkpoint.js';
import { registerLedgerExport } from './commands/ledger-export.js';
import { registerLedgerFsck } from './commands/ledger-fsck.js';
import { registerLedgerRebuild } from './commands/ledger-rebuild.js';
import { registerLedgerServe } from './commands/ledger-serve.js';
import { registerLedgerStats } from './commands/ledger-stats.js';
import { registerLimits } from './commands/limits.js';
import { registerPolicyCheck } from './commands/policy-check.js';
import { registerPolicyDiff } from './commands/policy-diff.js';
import { registerPolicyExplain } from './commands/policy-explain.js';
import { registerPolicyTest } from './commands/policy-test.js';
import { registerProof } from './commands/proof.js';
import { registerReceiptRevoke } from './commands/receipt-revoke.js';
import { registerReceiptShow } from './commands/receipt-show.js';
import { registerReceipts } from './commands/receipts.js';
import { registerReconcile } from './commands/reconcile.js';
import { registerRedisUsers } from './commands/redis-users.js';
import { registerRedrive } from './commands/redrive.js';
import { registerReplay } from './commands/replay.js';
import { registerRestore } from './commands/restore.js';
import { registerRetry } from './commands/retry.js';
import { registerRuns } from './commands/runs.js';
import { registerShow } from './commands/show.js';
import { registerSubmit } from './commands/submit.js';
import { registerTimeline } from './commands/timeline.js';
import { registerUnfreeze } from './commands/unfreeze.js';
import { registerUp } from './commands/up.js';
import { registerVerify } from './commands/verify.js';
import { registerWithdraw } from './commands/withdraw.js';

const registrations: readonly ((program: Command, runtime: Runtime) => void)[] = [
  registerDemo,
  registerInit,
  registerDev,
  registerUp,
  registerSubmit,
  registerRuns,
  registerShow,
  registerTimeline,
  registerEvents,
  registerReplay,
  registerCancel,
  registerDead,
  registerReconcile,
  registerDrift,
  registerRedrive,
  registerErase,
  registerRetry,
  registerApiKeys,
  registerApprovals,
  registerApprove,
  registerDeny,
  registerWithdraw,
  registerApprover,
  registerIssuer,
  registerEvidence,
  registerPolicyCheck,
  registerPolicyTest,
  registerPolicyExplain,
  registerPolicyDiff,
  registerReceipts,
  registerReceiptShow,
  registerReceiptRevoke,
  registerFreeze,
  registerUnfreeze,
  registerFreezes,
  registerLimits,
  registerLaws,
  registerVerify,
  registerProof,
  registerLedgerServe,
  registerLedgerStats,
  registerLedgerFsck,
  registerLedgerExport,
  registerLedgerCheckpoint,
  registerLedgerRebuild,
  registerBackup,
  registerRestore,
  registerAudit,
  registerKeysList,
  registerKeysGenerate,
  registerKeysRotate,
  registerKeysRevoke,
  registerKeysSigned,
  registerRedisUsers,
  registerDoctor,
];

/** The `marketops` command with everything it can do. Throws instead of ending the process. */
export function createProgram(runtime: Runtime): Command {
  const program = new Command('marketops')
    .description(
      'Governed side effects: plan in the open, authorize with single-use receipts, execute exactly that, and prove it to a stranger.',
    )
    .version(ownVersion())
    // `proof verify` has options of its own, and `proof` some of the same name: each belongs to the word it stands behind.
    .enablePositionalOptions()
    .showHelpAfterError(false)
    .showSuggestionAfterError(true)
    .helpCommand('help [command]', 'what a command does, with examples')
    .exitOverride()
    .configureOutput({
      // A fault is told once, in one form, by whoever catches it.
      writeErr: () => undefined,
    })
    .addHelpText('after', firstSteps);
  for (const register of registrations) register(program, runtime);
  return program;
}

/** Of package.json, which stands above dist/ as it does above src/. */
function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

const firstSteps = `
First steps:
  $ marketops demo                     see all of it work, on this machine, in a few seconds
  $ marketops init && marketops dev    a system of your own, with a simulated GitHub
  $ marketops help submit              how to ask for something

Every command takes --json and --config. Environment: MARKETOPS_CONFIG, REDIS_URL, NO_COLOR.`;

/** True where commander has printed help or the version, as it was asked to. */
export const isAnswered = (thrown: unknown): boolean =>
  thrown instanceof CommanderError && thrown.exitCode === 0;
