import { type EventFilter, findEvents, withSources } from '@marketops/operator/reading';
import { duration, plural, thousands } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { ReplayFlags } from '../commands/replay.js';
import { exitCodes } from '../exit-codes.js';
import { exporterFor } from '../replay/exports/choose.js';

interface AcrossReplay {
  readonly filter: EventFilter;
  readonly flags: ReplayFlags;
  readonly nowMs: number;
}

/** Events of all runs and of system, in the ledger's order. */
export function replayAcross(
  invocation: Invocation,
  { filter, flags, nowMs }: AcrossReplay,
): Promise<number> {
  const { output, signal } = invocation;
  return withSources(invocation, async ({ ledger, blobs }) => {
    const beganMs = performance.now();
    const exporter = exporterFor(flags.format, output);
    const head = ledger.head();
    const lastSequence = head?.sequence ?? 0;
    exporter.head({
      about: asked(flags),
      madeAt: new Date(nowMs).toISOString(),
      lastSequence,
      logOrigin: ledger.trust.logOrigin,
    });
    let shown = 0;
    let throughIndex = false;
    for await (const { events, held, cursor } of findEvents({ ledger, blobs, filter, signal })) {
      throughIndex ||= cursor === undefined;
      for (const one of events) exporter.event(one);
      for (const one of held) exporter.held(one);
      shown += events.length;
      await output.drained();
    }
    exporter.end({ lastSequence });
    if (flags.format === 'text')
      output.note(
        `${plural(shown, 'event')} in ${duration(performance.now() - beganMs)}, ${
          throughIndex
            ? 'found through the index'
            : `by reading ${thousands(lastSequence)} entries of the journal`
        }`,
      );
    return exitCodes.held;
  });
}

/** What was asked for, as it was typed. */
function asked({ since, until, type, tenant, repository, receipt, actor }: ReplayFlags): string[] {
  const given = { since, until, type: type?.join(' '), tenant, repository, receipt, actor };
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
}
