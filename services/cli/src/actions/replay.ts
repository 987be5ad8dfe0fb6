import { filterOf, isFiltering, type Unjournaled } from '@marketops/operator/reading';
import { parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { ReplayFlags } from '../commands/replay.js';
import { CliError } from '../errors.js';

/** Each kind of replay is a module of its own; none of them but the one `--live` loads can open a connection. */
export async function replay(
  invocation: Invocation,
  [text]: readonly string[],
  flags: ReplayFlags,
): Promise<number> {
  const nowMs = Date.now();
  const filter = filterOf(flags, nowMs);
  refuseContradictions(text, flags, invocation.output.json);
  if (text === undefined) {
    if (!isFiltering(filter))
      throw usage('neither a run nor events were asked for', 'Name a run, or say which events: --since 2h.');
    const { replayAcross } = await import('./replay-across.js');
    return replayAcross(invocation, { filter, flags, nowMs });
  }
  const runId = parseRunId(text);
  const unjournaled = flags.live === true ? await unjournaledReader(invocation) : undefined;
  if (flags.check === true) {
    const { replayCheck } = await import('./replay-check.js');
    return replayCheck(invocation, { runId, filter, policies: flags.policies });
  }
  if (flags.diff !== undefined) {
    const { replayDiff } = await import('./replay-diff.js');
    return replayDiff(invocation, runId, parseRunId(flags.diff));
  }
  const { replayRun } = await import('./replay-run.js');
  return replayRun(invocation, { runId, filter, flags, nowMs, unjournaled });
}

/** Loaded for `--live` alone: everything that can reach Redis hangs from here. */
async function unjournaledReader(invocation: Invocation): Promise<Unjournaled> {
  const { unjournaledEvents } = await import('@marketops/operator');
  return (runId, journaled) => unjournaledEvents(invocation, runId, journaled);
}

function refuseContradictions(run: string | undefined, flags: ReplayFlags, json: boolean): void {
  const { step, check, diff, policies, live, format } = flags;
  const ofOneRun = Object.entries({ step, check, diff, live }).find(([, value]) => value !== undefined)?.[0];
  if (run === undefined && ofOneRun !== undefined)
    throw usage(`--${ofOneRun} is about one run`, 'Name the run: marketops replay <run>.');
  const kinds = Object.entries({ step, check, diff }).filter(([, value]) => value !== undefined);
  if (kinds.length > 1)
    throw usage(`--${kinds[0]?.[0]} and --${kinds[1]?.[0]} exclude one another`, 'Ask for one.');
  if (kinds.length > 0 && format !== 'text')
    throw usage(`--${kinds[0]?.[0]} has no format ${format}`, 'Leave --format out, or ask for --json.');
  if (json && format !== 'text' && format !== 'jsonl')
    throw usage(`--json and --format ${format} exclude one another`, 'Ask for one.');
  if (live === true && kinds.some(([name]) => name !== 'step'))
    throw usage('--live is for looking at a run', 'What the ledger does not have is not decided again.');
  if (policies !== undefined && check !== true)
    throw usage('--policies is for --check', 'Add --check, or leave it out.');
}

const usage = (message: string, next: string): CliError => new CliError('usage_invalid', message, { next });
