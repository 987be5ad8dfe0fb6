import { isoTime, loadConfig } from '@marketops/engine';
import {
  carryToRun,
  evidenceBytesMax,
  liveOf,
  openRuns,
  parseEvidence,
  refuseEvidence,
  shownPlan,
  systemAudience,
} from '@marketops/operator';
import { parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { readBounded } from '../reading/read-bounded.js';

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
