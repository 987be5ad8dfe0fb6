import { loadConfig, newUlid } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import { connectLive } from '@marketops/operator';
import { openIndexOf } from '@marketops/operator/reading';
import { plural, thousands } from '@marketops/operator/words';
import { orderRebuild, type RebuildReport } from '@marketops/store';
import type { Invocation } from '../command.js';
import type { LedgerRebuildFlags } from '../commands/ledger-rebuild.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { planRebuild, type RebuildPlan } from '../recovering/plan-rebuild.js';
import { untilRebuilt } from '../recovering/until-rebuilt.js';
import { sanitize } from '../sanitize.js';

const tellEveryMs = 1_000;

export async function ledgerRebuild(
  { output, env, configPath, signal }: Invocation,
  _args: readonly string[],
  { yes, timeout }: LedgerRebuildFlags,
): Promise<number> {
  const loaded = loadConfig(configPath, env);
  const index = openIndexOf(loaded);
  const entries = index?.head()?.sequence ?? 0;
  await index?.close();
  if (entries === 0) {
    throw new CliError('ledger_missing', `there is no ledger in ${ledgerPaths(loaded.dataDir).root}`, {
      next: 'Run it where the ledger’s folder is, or put a copy of that folder back first.',
    });
  }
  const live = await connectLive(loaded, env);
  const plan = await planRebuild(loaded, live).finally(() => live.close());
  tellPlan(output, plan);
  if (yes !== true) {
    output.document({ dry_run: true, plan: planJson(plan) });
    output.line(
      isWhole(plan)
        ? 'Nothing is missing. With --yes every stream is compared byte for byte.'
        : 'Nothing was done. With --yes it is put back, and a new epoch begins.',
    );
    return exitCodes.held;
  }
  if (plan.anothersLedger !== undefined) {
    throw new CliError('rebuild_failed', `${sanitize(plan.redis)} is the Redis of another ledger`, {
      next: 'Name the Redis of this system: REDIS_URL, or redis_url in marketops.yml. Nothing was written or ordered.',
    });
  }
  const order = { id: newUlid(), ordered_at: new Date().toISOString() };
  await orderRebuild(ledgerPaths(loaded.dataDir).root, order);
  let toldAtMs = performance.now();
  const report = await untilRebuilt(loaded, {
    ...{ orderId: order.id, timeoutMs: timeout * 1_000, env, signal },
    onStart: () => output.note('No ledger has taken the order; one is started for it.'),
    onProgress: ({ streams, events, state }) => {
      if (state !== 'running' || performance.now() - toldAtMs < tellEveryMs) return;
      toldAtMs = performance.now();
      output.note(`  ${thousands(streams)} streams, ${thousands(events)} events`);
    },
  });
  output.document({ dry_run: false, plan: planJson(plan), done: report });
  tellReport(output, report);
  return exitCodes.held;
}

const isWhole = ({ partitions, closedPartitions, anothersLedger }: RebuildPlan): boolean =>
  partitions === 0 && closedPartitions === 0 && anothersLedger === undefined;

function tellPlan(output: Invocation['output'], plan: RebuildPlan): void {
  const { streams, events, streamsGone, streamsShort, eventsMissing, missingControls, closedPartitions } =
    plan;
  output.line(
    `The ledger has ${plural(streams, 'stream')} and ${plural(events, 'event')} of them, epoch ${plan.epoch}.`,
  );
  output.line(`Redis: ${sanitize(plan.redis)}`);
  if (plan.anothersLedger !== undefined)
    output.line(
      `It belongs to another ledger, ${sanitize(plan.anothersLedger.slice(0, 300))}: nothing is written there.`,
    );
  output.line(
    `Redis lacks ${plural(eventsMissing, 'event')}: ${plural(streamsGone, 'stream')} gone, ${streamsShort} cut short, in ${plural(plan.partitions, 'partition')}.`,
  );
  if (missingControls > 0) output.line(`${plural(missingControls, 'control key')} missing.`);
  if (closedPartitions > 0) output.line(`${plural(closedPartitions, 'partition')} closed.`);
}

function tellReport(output: Invocation['output'], report: RebuildReport): void {
  const { partitions, streams, events, open_runs: openRuns, cut, epoch } = report;
  if (partitions === 0) {
    output.line(`Redis is what the ledger says; epoch ${epoch} goes on.`);
    return;
  }
  output.line(
    `Redis is what the ledger says again: ${plural(streams, 'stream')}, ${plural(events, 'event')} put back in ${plural(partitions, 'partition')}.`,
  );
  if (cut > 0)
    output.line(`${plural(cut, 'append')} cut off that had been made on lost data; see stream.quarantined.`);
  output.line(`Epoch ${epoch} has begun; ${plural(openRuns, 'open run')} put back and due.`);
}

const planJson = (plan: RebuildPlan) => ({
  redis: plan.redis,
  anothers_ledger: plan.anothersLedger ?? null,
  epoch: plan.epoch,
  streams: plan.streams,
  events: plan.events,
  streams_gone: plan.streamsGone,
  streams_short: plan.streamsShort,
  events_missing: plan.eventsMissing,
  partitions: plan.partitions,
  missing_controls: plan.missingControls,
  closed_partitions: plan.closedPartitions,
});
