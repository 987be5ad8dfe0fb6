import { isoTime, loadConfig } from '@marketops/engine';
import { parseRunId } from '../arguments.js';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { carryToRun } from '../people/carry-to-run.js';
import { evidenceBytesMax, parseEvidence, refuseEvidence } from '../people/evidence-faults.js';
import { shownPlan } from '../people/shown-plan.js';
import { systemAudience } from '../reading/audience.js';
import { readBounded } from '../reading/read-bounded.js';
import { liveOf, openRuns } from '../reading/runs.js';

export async function addFact(
  { output, env, configPath }: Invocation,
  [text = '', path = '-']: readonly string[],
): Promise<number> {
  const runId = parseRunId(text);
  const evidence = parseEvidence(await readBounded(path, evidenceBytesMax));
  const loaded = loadConfig(configPath, env);
  const runs = await openRuns(loaded, env);
  try {
    const live = liveOf(runs);
    const shown = shownPlan(await runs.read(runId));
    const audience = systemAudience(loaded, env);
    refuseEvidence(evidence, shown, { keyring: live.keyring, audience, nowIso: isoTime(Date.now()) });
    const event = await carryToRun({ loaded, env, live }, shown.record, {
      sort: 'evidence',
      id: evidence.evidence_id,
      event: { type: 'evidence.recorded', data: { evidence } },
    });
    const { evidence_id: id, issuer, kind, value } = evidence;
    output.document({
      run_id: runId,
      evidence,
      event: { id: event.id, stream: event.stream, seq: event.seq },
    });
    output.line(`Recorded: ${issuer} says ${kind} ${value} (${id}); entry ${event.seq} of ${event.stream}`);
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}
