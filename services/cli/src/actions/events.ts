import { type LoadedConfig, loadConfig } from '@marketops/engine';
import { connectLive, followRun, OperatorError, openRuns } from '@marketops/operator';
import { openBlobs, type PlacedEvent } from '@marketops/operator/reading';
import { parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { EventsFlags } from '../commands/events.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { eventLines } from '../render/event-line.js';

export async function events(
  invocation: Invocation,
  [text]: readonly string[],
  flags: EventsFlags,
): Promise<number> {
  if (text === undefined) return (await import('./events-all.js')).eventsOfAll(invocation, flags);
  const runId = parseRunId(text);
  refuseFilters(flags);
  const loaded = loadConfig(invocation.configPath, invocation.env);
  const print = printer(invocation);
  const ended = await printKnown(invocation, loaded, runId, print, flags.follow === true);
  if (flags.follow === true && !ended)
    await follow(invocation, loaded, runId, print, (flags.timeout ?? runTimeoutS) * 1_000);
  return exitCodes.held;
}

const runTimeoutS = 3_600;

/** A run's events are printed whole: they are what an own tool reads. */
function refuseFilters({ since, type, tenant, repository, receipt, actor }: EventsFlags): void {
  const given = Object.entries({ since, type, tenant, repository, receipt, actor });
  const name = given.find(([, value]) => value !== undefined)?.[0];
  if (name !== undefined)
    throw new CliError('usage_invalid', `--${name} is for the events of all runs`, {
      next: `See marketops replay <run> --${name}, or leave the run out.`,
    });
}

type Print = (placed: PlacedEvent) => void;

/** Each event once, whether it came from the ledger or from Redis. */
function printer({ output }: Invocation): Print {
  const line = eventLines(output.paint);
  const printed = new Set<string>();
  return ({ event, sequence }) => {
    if (printed.has(event.id)) return;
    printed.add(event.id);
    output.line(line(event));
    output.record({ ledger_sequence: sequence ?? null, event });
  };
}

/** @returns true where the run has ended, so that there is nothing to follow. */
async function printKnown(
  { env }: Invocation,
  loaded: LoadedConfig,
  runId: string,
  print: Print,
  mayBeUnknown: boolean,
): Promise<boolean> {
  const runs = await openRuns(loaded, env);
  try {
    const record = await runs.read(runId);
    for (const placed of record.events) print(placed);
    return record.run.status === 'completed' || record.run.status === 'rejected';
  } catch (fault) {
    // It may be on its way: whoever follows waits for it.
    const unknown = fault instanceof OperatorError && fault.code === 'run_not_found';
    if (unknown && mayBeUnknown && runs.live !== undefined) return false;
    throw fault;
  } finally {
    await runs.close();
  }
}

async function follow(
  { env, signal }: Invocation,
  loaded: LoadedConfig,
  runId: string,
  print: Print,
  timeoutMs: number,
): Promise<void> {
  const live = await connectLive(loaded, env);
  try {
    const blobs = openBlobs(loaded.dataDir);
    for await (const event of followRun({ live, blobs, runId, signal, timeoutMs })) {
      print({ event, sequence: undefined });
    }
  } finally {
    await live.close();
  }
}
