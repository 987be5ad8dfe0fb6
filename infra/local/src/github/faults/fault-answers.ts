import type { Answer } from '../call.js';
import { answerOf } from '../exchange.js';
import { primaryLimitProblem, secondaryLimitProblem } from '../limits/problems.js';
import { Problem } from '../problem.js';
import type { FaultSwitch } from './faults.js';

const retryAfterDefaultS = 60;
const delayDefaultMs = 1_000;

/** Answered instead of doing what was asked. */
export const isStruckBefore = (fault: FaultSwitch): boolean =>
  fault.kind === 'bad_gateway_before' ||
  fault.kind === 'server_error_before' ||
  fault.kind === 'rate_limited_403' ||
  fault.kind === 'secondary_429' ||
  fault.kind === 'secondary_403' ||
  fault.kind === 'redirect_307';

/** Answered although it was done. */
export const isStruckAfter = (fault: FaultSwitch): boolean =>
  fault.kind === 'bad_gateway_after' || fault.kind === 'half_upload';

export function faultAnswer(fault: FaultSwitch): Answer {
  const retryAfterS = fault.retry_after_s ?? retryAfterDefaultS;
  switch (fault.kind) {
    case 'rate_limited_403': {
      const reset = Math.floor(Date.now() / 1_000) + retryAfterS;
      const answer = answerOf(primaryLimitProblem('user ID 1'));
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
      return { ...answer, headers };
    }
    case 'secondary_429':
      return answerOf(secondaryLimitProblem(retryAfterS));
    case 'secondary_403':
      return answerOf(secondaryLimitProblem(retryAfterS, 403));
    case 'server_error_before':
      return answerOf(new Problem(500, 'Server Error'));
    case 'redirect_307': {
      const location = fault.location ?? 'https://attacker.invalid/';
      return answerOf(new Problem(307, 'Temporary Redirect', { headers: { location } }));
    }
    default:
      return answerOf(new Problem(502, 'Server Error'));
  }
}

/** Resolves after the fault's delay. Does not keep the process alive. */
export function lateness(fault: FaultSwitch): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, fault.delay_ms ?? delayDefaultMs).unref();
  });
}
