import { loadConfig } from '@marketops/engine';
import {
  contentsJson,
  destroy,
  type ErasureOrder,
  liveOf,
  openOperator,
  openRuns,
  orderErasure,
  refuseErasing,
} from '@marketops/operator';
import { parseRunId, plural } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { EraseFlags } from '../commands/erase.js';
import { exitCodes } from '../exit-codes.js';
import { confirm, refuseUnasked } from '../people/confirm.js';
import { sanitize } from '../sanitize.js';

export async function erase(
  invocation: Invocation,
  [text = '']: readonly string[],
  flags: EraseFlags,
): Promise<number> {
  const { output, env, configPath, signal } = invocation;
  const runId = parseRunId(text);
  const asking = { yes: flags.yes === true, json: output.json, signal };
  refuseUnasked(asking);
  const loaded = loadConfig(configPath, env);
  const operator = openOperator(loaded, env, flags);
  const runs = await openRuns(loaded, env);
  try {
    const record = await runs.read(runId);
    refuseErasing(record);
    const standing = record.contents.order;
    if (standing === undefined) {
      output.note(
        `${runId}: what it was asked for, its plan and ${plural(record.operations.length, 'operation')}`,
      );
      output.note(
        '  Their key is destroyed. Nothing brings them back, from this system or from its backups without keys.',
      );
      output.note('  What was published stays published; proof bundles made before keep what they hold.');
      await confirm('Erase it for ever?', asking);
    }
    const order =
      standing ??
      (await orderErasure(
        { loaded, env, live: liveOf(runs, 'erased') },
        runId,
        operator.order({ kind: 'erase', run_id: runId }),
      ));
    // Somebody may have had it redriven while this one was asked, or since it was ordered before.
    const now = await runs.read(runId);
    refuseErasing(now);
    const ciphertexts = await destroy(loaded, now, order);
    const { contents } = await runs.read(runId);
    output.document({
      run_id: runId,
      event_id: order.id,
      ciphertexts: ciphertexts ?? null,
      ...contentsJson({ ...contents, order }),
    });
    output.line(outcomeText(runId, order, ciphertexts, standing !== undefined));
    return ciphertexts === undefined || contents.state === 'erased' ? exitCodes.held : exitCodes.failed;
  } finally {
    await runs.close();
  }
}

function outcomeText(
  runId: string,
  { time, data: { principal, command } }: ErasureOrder,
  ciphertexts: number | undefined,
  isOld: boolean,
): string {
  if (ciphertexts === undefined)
    return `Ordered. This command may not write the data folder: the planner destroys it. Look with marketops show ${runId}.`;
  if (!isOld) return `Erased: the key of ${runId} and ${plural(ciphertexts, 'ciphertext')} are gone.`;
  const who = `${sanitize(principal)}, ${time}: ${sanitize(command.reason)}`;
  return `Erased before, by ${who}. Nothing of it is left here.`;
}
