import type { Invocation } from '../command.js';
import type { DemoFlags } from '../commands/demo.js';
import type { Expectations } from '../demo/expectations.js';
import { freshFolder } from '../demo/folder.js';
import { type NextStep, nextSteps } from '../demo/next-steps.js';
import { type DemoEvidence, renderEvidence, renderNext, renderVerdict } from '../demo/render.js';
import { type RunningDemo, startDemo } from '../demo/run-demo.js';
import { openStory } from '../demo/story.js';
import { exitCodes } from '../exit-codes.js';
import { untilInterrupted } from '../processes/until-interrupted.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';

export async function demo(
  invocation: Invocation,
  _args: readonly string[],
  flags: DemoFlags,
): Promise<number> {
  const { output, env, signal } = invocation;
  const folder = freshFolder(new Date());
  const story = openStory(output);
  story.opening(shownPath(folder));
  let running: RunningDemo | undefined;
  try {
    running = await startDemo({ folder, output, story, env, signal });
    const { evidence, expectations } = await running.play();
    renderEvidence(output, story, evidence);
    renderVerdict(output, story, expectations.all);
    const keepRunning = flags.keepRunning === true;
    const steps = nextSteps({
      folder,
      prodRunId: evidence.prod.record.runId,
      running: keepRunning,
      redis: running.system.redis,
      otherRedis: running.otherRedis,
    });
    renderNext(output, story, folder, steps);
    output.document(asJson(folder, running, evidence, expectations, steps));
    if (keepRunning) {
      output.line('Everything is still up. Ctrl-C stops it.');
      await untilInterrupted(signal);
    }
    return expectations.held ? exitCodes.held : exitCodes.failed;
  } catch (fault) {
    output.note(`What there is lies in ${sanitize(shownPath(folder))}; its logs in .marketops/logs there.`);
    throw fault;
  } finally {
    await running?.system.stop();
    output.note('Everything that was started has been stopped.');
  }
}

function asJson(
  folder: string,
  { system }: RunningDemo,
  { dryRun, prod, checks, effects, verification, startMs }: DemoEvidence,
  expectations: Expectations,
  next: readonly NextStep[],
) {
  const runOf = ({ record, times }: DemoEvidence['prod']) => ({
    run_id: record.runId,
    outcome: record.run.completed?.data ?? null,
    times_ms: {
      plan: times.planMs,
      authorize: times.authorizeMs,
      execute: times.executeMs,
      prove: times.proveMs,
      whole: times.wholeMs,
    },
  });
  const { report, entriesPerSecond } = verification;
  const processes = system.pids;
  return {
    held: expectations.held,
    expectations: expectations.all,
    folder,
    redis: { source: system.redis.source, durable: system.redis.durable, describe: system.redis.describe },
    processes,
    start_ms: startMs,
    dry_run: runOf(dryRun),
    prod: runOf(prod),
    plan: prod.record.plan ?? null,
    receipts: prod.record.operations.flatMap(({ state }) => state.receipts),
    checks: Object.fromEntries(checks),
    github: {
      release: effects.release ?? null,
      tag_commit: effects.tagCommit ?? null,
      pulls: effects.pulls,
      requests: {
        reads: effects.requests.reads,
        writes: effects.requests.writes,
        per_endpoint: effects.requests.perEndpoint,
      },
    },
    ledger: {
      entries: report.entries,
      streams: report.streams,
      last_hash: report.lastHash,
      verify_ms: report.elapsedMs,
      entries_per_second: Math.round(entriesPerSecond),
    },
    next,
  };
}
