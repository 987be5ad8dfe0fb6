import { loadConfig } from '@marketops/engine';
import { contentsJson, openRuns } from '@marketops/operator';
import { parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { renderRunHead } from '../render/run.js';
import { renderTimeline, timelineOf } from '../render/timeline.js';

export async function timeline(
  { output, env, configPath }: Invocation,
  [text = '']: readonly string[],
): Promise<number> {
  const runId = parseRunId(text);
  const runs = await openRuns(loadConfig(configPath, env), env);
  try {
    const record = await runs.read(runId);
    const phases = timelineOf(record.events, record.claims);
    output.document({
      run_id: runId,
      mode: record.run.mode,
      status: record.run.status,
      contents: contentsJson(record.contents),
      phases: phases.map(({ phase, startedAt, endedAt, durationMs, steps }) => ({
        phase,
        started_at: startedAt,
        ended_at: endedAt,
        duration_ms: durationMs,
        steps: steps.map((step) => ({
          time: step.event.time,
          offset_ms: step.offsetMs,
          type: step.event.type,
          operation_id: step.subject === '' ? null : step.subject,
          text: step.text,
          ledger_sequence: step.sequence ?? null,
          verified: !step.unverified,
        })),
      })),
    });
    renderRunHead(output, record);
    renderTimeline(output, phases);
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}
