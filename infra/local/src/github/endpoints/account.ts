import { type Answer, type Call, ok } from '../call.js';
import { Problem } from '../problem.js';
import { renderViewer } from '../render/account.js';

export function getUser(call: Call): Answer {
  if (!call.authenticated) throw new Problem(401, 'Requires authentication');
  return ok(renderViewer(call.url, call.state.bot, call.state.now()));
}

/** Asking costs nothing, on GitHub and here. */
export function getRateLimit(call: Call): Answer {
  const { limit, used, remaining, resetsAt } = call.rateLimit;
  const core = { limit, used, remaining, reset: resetsAt };
  const search = { limit: 30, used: 0, remaining: 30, reset: resetsAt };
  return ok({ resources: { core, search }, rate: core });
}
