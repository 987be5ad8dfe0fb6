import {
  type EventFilter,
  fits,
  type Recorded,
  type ReplaySources,
  RepositoryFilter,
  replaySteps,
  runEvents,
  stepJson,
  type Unjournaled,
  withSources,
} from '@marketops/operator/reading';
import { duration, plural, thousands } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { ReplayFlags } from '../commands/replay.js';
import { exitCodes } from '../exit-codes.js';
import { exporterFor } from '../replay/exports/choose.js';
import { renderStep } from '../replay/show/steps.js';
import { openStepper } from '../replay/stepper.js';

interface RunReplay {
  readonly runId: string;
  readonly filter: EventFilter;
  readonly flags: Pick<ReplayFlags, 'step' | 'format'>;
  readonly nowMs: number;
  readonly unjournaled: Unjournaled | undefined;
}

/** One run, event by event, or as an export. */
export function replayRun(invocation: Invocation, the: RunReplay): Promise<number> {
  const beganMs = performance.now();
  return withSources(invocation, async (sources) => {
    const recorded = await runEvents(sources, the.runId, the.unjournaled);
    const readMs = performance.now() - beganMs;
    if (the.flags.format === 'text') await showSteps(invocation, sources, recorded, { ...the, readMs });
    else await exportRun(invocation, sources, recorded, the);
    return exitCodes.held;
  });
}

async function showSteps(
  { output, signal }: Invocation,
  sources: ReplaySources,
  { events, held }: Recorded,
  { runId, filter, flags, readMs }: RunReplay & { readonly readMs: number },
): Promise<void> {
  const stepper = flags.step === true ? openStepper(signal) : undefined;
  const repository = repositoryOf(filter, sources);
  let shown = 0;
  try {
    // Folded whole, so that the states around what is shown are right whatever is left out.
    for (const step of replaySteps(events)) {
      const { event, entry } = step.recorded;
      const isWanted = fits(filter, event, entry?.sequence) && ((await repository?.fits(event)) ?? true);
      if (!isWanted) continue;
      if (stepper !== undefined && shown > 0 && !(await stepper.next())) break;
      shown += 1;
      renderStep(output, step);
      output.record(stepJson(step));
      await output.drained();
    }
  } finally {
    stepper?.close();
  }
  for (const { sequence, what } of held) {
    output.line(
      `entry ${sequence}: ${what} is of a type this release does not know; the states do not have it in`,
    );
    output.record({ ledger_sequence: sequence, unknown: what });
  }
  const claims = await sources.ledger.claimsAgainstRun(runId);
  const head = sources.ledger.head()?.sequence ?? 0;
  const beyond =
    claims.events.length === 0
      ? ''
      : `; ${plural(claims.events.length, 'unverified claim')} about it on system`;
  output.line();
  output.line(
    `${plural(shown, 'event')} of ${events.length}, read and verified in ${duration(readMs)} from a ledger of ${thousands(head)} entries${beyond}`,
  );
}

async function exportRun(
  { output }: Invocation,
  sources: ReplaySources,
  { events, held }: Recorded,
  { runId, filter, flags, nowMs }: RunReplay,
): Promise<void> {
  const { ledger } = sources;
  const exporter = exporterFor(flags.format, output);
  const lastSequence = ledger.head()?.sequence ?? 0;
  const madeAt = new Date(nowMs).toISOString();
  exporter.head({ about: [`run ${runId}`], madeAt, lastSequence, logOrigin: ledger.trust.logOrigin });
  const repository = repositoryOf(filter, sources);
  // What refused jobs claimed about the run belongs to its story, and is marked as what it is.
  const claims = await ledger.claimsAgainstRun(runId);
  const all = [...events, ...claims.events].sort(
    (a, b) => (a.entry?.sequence ?? Infinity) - (b.entry?.sequence ?? Infinity),
  );
  for (const one of all) {
    const isOwn = one.event.run_id !== null;
    if (!fits(filter, one.event, one.entry?.sequence)) continue;
    if (isOwn && !((await repository?.fits(one.event)) ?? true)) continue;
    exporter.event(one);
    await output.drained();
  }
  for (const one of held) exporter.held(one);
  exporter.end({ lastSequence });
}

const repositoryOf = ({ repository }: EventFilter, { ledger, blobs }: ReplaySources) =>
  repository === undefined
    ? undefined
    : new RepositoryFilter(repository, { blobs, ofRun: (runId) => ledger.ofRun(runId) });
