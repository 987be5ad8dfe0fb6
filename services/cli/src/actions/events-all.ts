import { endOf, filterOf, followLedger, withSources } from '@marketops/operator/reading';
import type { Invocation } from '../command.js';
import type { EventsFlags } from '../commands/events.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { textExporter } from '../replay/exports/text.js';

/** Every event of all runs and of system as the ledger takes it, until Ctrl-C or the time is over. */
export function eventsOfAll(invocation: Invocation, flags: EventsFlags): Promise<number> {
  if (flags.follow !== true)
    throw new CliError('usage_invalid', 'no run was named', {
      next: 'Name one, add --follow for the events of all runs as they come, or see marketops replay --since 1h.',
    });
  const filter = filterOf(flags, Date.now());
  const { output } = invocation;
  const { timeout } = flags;
  const elapsed = timeout === undefined ? undefined : AbortSignal.timeout(timeout * 1_000);
  const signal = elapsed === undefined ? invocation.signal : AbortSignal.any([invocation.signal, elapsed]);
  return withSources(invocation, async ({ ledger, blobs }) => {
    const from = flags.since === undefined ? endOf(ledger) : undefined;
    const text = textExporter(output);
    output.note(
      from === undefined
        ? 'Follows the ledger; Ctrl-C ends it.'
        : `Follows the ledger from entry ${from.sequence} on; Ctrl-C ends it.`,
    );
    try {
      for await (const { events, held } of followLedger({ ledger, blobs, filter, from, signal })) {
        for (const one of events) {
          text.event(one);
          output.record({ ledger_sequence: one.entry?.sequence ?? null, event: one.event });
        }
        for (const one of held) {
          text.held(one);
          output.record({ ledger_sequence: one.sequence, unknown: one.what });
        }
        await output.drained();
      }
    } catch (fault) {
      if (elapsed?.aborted !== true) throw fault;
    }
    return exitCodes.held;
  });
}
