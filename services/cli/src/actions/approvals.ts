import { isoTime, loadConfig } from '@marketops/engine';
import {
  approvalsJson,
  approvalsOf,
  liveOf,
  type Now,
  openApprovals,
  openRuns,
  systemAudience,
} from '@marketops/operator';
import { parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { renderApprovals } from '../render/approvals.js';

export async function approvals(
  { output, env, configPath }: Invocation,
  [text]: readonly string[],
): Promise<number> {
  const asked = text === undefined ? undefined : parseRunId(text);
  const loaded = loadConfig(configPath, env);
  const runs = await openRuns(loaded, env);
  try {
    const live = liveOf(runs);
    const nowIso = isoTime(Date.now());
    const now: Now = { keyring: live.keyring, audience: systemAudience(loaded, env), nowIso };
    const { waiting, unlookedAt } =
      asked === undefined
        ? await openApprovals(runs, now)
        : { waiting: [approvalsOf(await runs.read(asked), now)], unlookedAt: 0 };
    output.document({ now: nowIso, runs: waiting.map(approvalsJson) });
    if (waiting.length === 0) output.line('Nothing waits for an approval.');
    for (const one of waiting) renderApprovals(output, one, nowIso);
    if (unlookedAt > 0) output.note(`${unlookedAt} more unfinished runs were not looked at.`);
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}
