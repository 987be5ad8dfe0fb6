import { type Answer, actorOf, type Call, ok } from '../call.js';
import { Problem } from '../problem.js';
import { renderViewer } from '../render/account.js';

export function getUser(call: Call): Answer {
  const actor = actorOf(call);
  if (actor.type === 'Bot') throw new Problem(403, 'Resource not accessible by integration');
  return ok(renderViewer(call.url, actor));
}

/** Asking costs nothing, on GitHub and here. */
export function getRateLimit(call: Call): Answer {
  const { limit, used, remaining, resetsAt } = call.rateLimit;
  const core = { limit, used, remaining, reset: resetsAt };
  const search = { limit: 30, used: 0, remaining: 30, reset: resetsAt };
  return ok({ resources: { core, search }, rate: core });
}
