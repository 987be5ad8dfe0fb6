import { type Answer, pass, quoted, refuse } from './answer.js';
import type { GateContext } from './context.js';

/** The code of the one refusal here that is the job's own claim. */
export const modeNotProd = 'mode_not_prod';

/**
 * Check 1: the mode is exactly `prod`, in the job and in every event of the operation (laws P1, D3, D4). `PROD`, ` prod`
 * and `true` are other values. The mode never comes from the environment, so no CI variable can make it so.
 */
export function checkMode({ presented, stream }: GateContext): Answer {
  if (presented.mode !== 'prod') {
    return refuse(
      modeNotProd,
      `The mode presented must be exactly "prod"; it is ${quoted(presented.mode)}.`,
      'Submit the plan again with mode: prod. A dry run is never promoted.',
    );
  }
  // An operation without a stream says nothing of its mode; check 8 refuses it.
  if (stream !== null && stream.mode !== 'prod') {
    return refuse(
      'run_not_prod',
      `The operation belongs to a run of mode ${quoted(stream.mode ?? undefined)}.`,
      'Submit the plan again with mode: prod. A dry run is never promoted.',
    );
  }
  return pass;
}
