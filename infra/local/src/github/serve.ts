import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './call.js';
import { etagOf, hasAlready, vary } from './conditional.js';
import { answerOf, bytesOf, headersOf, rateLimitHeaders, send } from './exchange.js';
import { deliver, isOfDelivery } from './faults/delivery.js';
import { faultAnswer, isStruckAfter, isStruckBefore, lateness } from './faults/fault-answers.js';
import type { FaultSwitch } from './faults/faults.js';
import { hangUntilReleased, isHang } from './faults/hanging.js';
import { arrive, bodyOf, type Host, type Inbound, perform } from './inbound.js';
import type { Admission } from './limits/limits.js';
import { Problem } from './problem.js';
import type { LoggedRequest } from './request-log.js';
import type { World } from './world.js';

export type { Host } from './inbound.js';

/** What is answered; `cut` cuts the connection instead. */
type Outcome = Answer | 'cut';

/** Does what was asked, with what goes wrong before, during and after it. */
async function outcomeOf(
  world: World,
  inbound: Inbound,
  admission: Admission,
  fault: FaultSwitch | undefined,
  response: ServerResponse,
): Promise<Outcome> {
  if (fault?.kind === 'reset_before') return 'cut';
  if (fault !== undefined && isStruckBefore(fault)) return faultAnswer(fault);
  let answer: Answer;
  try {
    const body = await bodyOf(inbound);
    const act = (): Answer => answered(() => perform(world, inbound, admission, body, fault));
    if (fault !== undefined && isHang(fault))
      return await hangUntilReleased(world.hangs, fault, inbound, response, act);
    // Only after the body is here: a client that goes meanwhile takes nothing back.
    if (fault?.kind === 'slow_before') await lateness(fault);
    answer = act();
  } catch (thrown) {
    answer = answerOf(thrown);
  }
  if (fault?.kind === 'slow') await lateness(fault);
  if (fault?.kind === 'reset_after') return 'cut';
  return fault !== undefined && isStruckAfter(fault) ? faultAnswer(fault) : answer;
}

function answered(act: () => Answer): Answer {
  try {
    return act();
  } catch (thrown) {
    return answerOf(thrown);
  }
}

interface Exchange {
  readonly inbound: Inbound;
  readonly admission: Admission;
  readonly entry: LoggedRequest;
  readonly response: ServerResponse;
}

function respond(world: World, exchange: Exchange, answer: Answer, fault: FaultSwitch | undefined): void {
  const { inbound, admission, entry, response } = exchange;
  const { method, match, caller, request } = inbound;
  const body = bytesOf(answer);
  const isTagged = method === 'GET' && match?.route.template !== '/rate_limit';
  const etag = isTagged ? etagOf(answer, body) : undefined;
  const isHad =
    etag !== undefined && !isOfDelivery(fault) && hasAlready(request.headers['if-none-match'], etag);
  if (isHad && !(caller instanceof Problem) && caller.kind !== 'anonymous') admission.refund();
  entry.status = isHad ? 304 : answer.status;
  const headers = headersOf(answer, rateLimitHeaders(admission.status()));
  headers['x-github-request-id'] =
    `51D0:${entry.at.slice(11, 19).replaceAll(':', '')}:${world.log.reads + world.log.writes}`;
  if (etag !== undefined) Object.assign(headers, { etag, vary });
  if (isHad) delete headers['content-type'];
  if (isOfDelivery(fault)) {
    if (fault.kind !== 'endless') headers['content-length'] = String(body.length);
    response.writeHead(answer.status, headers);
    deliver(response, fault, body);
    return;
  }
  // Before the client can have the answer and, having it, send the next request.
  admission.leave();
  send(response, entry.status, headers, body);
}

/**
 * Serves one API request: the limits first, then fault switches, then the request itself.
 *
 * @param target its path and query below the host's base
 */
export async function serve(
  world: World,
  host: Host,
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const inbound = arrive(world, host, target, request);
  const { method, match, caller } = inbound;
  const entry = world.log.begin(method, target, match?.route.template.replace('*}', '}') ?? 'unknown');
  const cost = match?.route.template === '/rate_limit' ? 0 : 1;
  const admission = world.limits.enter(caller instanceof Problem ? 'unknown' : caller.key, method, cost);
  response.once('close', admission.leave);
  const exchange: Exchange = { inbound, admission, entry, response };
  if (admission.refusal !== undefined) {
    request.resume();
    respond(world, exchange, answerOf(admission.refusal), undefined);
    return;
  }
  const fault = world.faults.strike({ method, path: target, list: match?.route.list === true });
  const outcome = await outcomeOf(world, inbound, admission, fault, response);
  if (outcome === 'cut' || request.socket.destroyed) request.socket.destroy();
  else respond(world, exchange, outcome, fault);
}
