import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Call, RateLimitStatus } from './call.js';
import { answerOf, rateLimitHeaders, readBody, send } from './exchange.js';
import { faultAnswer, isStruckAfter, isStruckBefore, lateness } from './fault-answers.js';
import type { FaultSwitch } from './faults.js';
import { notFound, Problem } from './problem.js';
import { primaryLimitProblem } from './rate-limit.js';
import { createRouter, type Match } from './router.js';
import { routes } from './routes.js';
import type { World } from './world.js';

const router = createRouter(routes);
const emptyQuery = new URLSearchParams();
const noBody = Buffer.alloc(0);

/** Which of GitHub's two hosts a request came to; `both` where one origin plays both. */
export type Host = 'api' | 'uploads' | 'both';

/** True with an accepted token, false without one. 401 for any other token, as GitHub answers. */
function authenticate(world: World, header: string | undefined): boolean {
  if (header === undefined) return false;
  const token = /^(?:token|bearer) +(\S+)$/i.exec(header)?.[1];
  if (token === undefined || world.tokens?.has(token) === false) throw new Problem(401, 'Bad credentials');
  return true;
}

function matchOf(host: Host, method: string, path: string): Match | undefined {
  const match = router(method, path);
  if (match === undefined || host === 'both') return match;
  return match.route.uploads === (host === 'uploads') ? match : undefined;
}

interface Inbound {
  readonly method: string;
  readonly target: string;
  readonly match: Match | undefined;
  readonly request: IncomingMessage;
  readonly rateLimit: RateLimitStatus;
}

/** Does what the request asks. All of it happens in one step, so that two requests never interleave. */
function perform(world: World, inbound: Inbound, body: Buffer): Answer {
  const { request, target, method, match, rateLimit } = inbound;
  const authenticated = authenticate(world, request.headers.authorization);
  if (rateLimit.exceeded) throw primaryLimitProblem(world.state.bot.login);
  if (match === undefined) throw notFound();
  const mark = target.indexOf('?');
  const call: Call = {
    ...{ state: world.state, url: world.url, method, params: match.params, authenticated, body, rateLimit },
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? emptyQuery : new URLSearchParams(target.slice(mark + 1)),
    accept: request.headers.accept ?? '',
    contentType: request.headers['content-type'],
  };
  return match.route.endpoint(call);
}

async function answerFor(world: World, inbound: Inbound, fault: FaultSwitch | undefined): Promise<Answer> {
  try {
    const { request, match } = inbound;
    const body = inbound.method === 'GET' ? noBody : await readBody(request, match?.route.uploads === true);
    // Only after the body is here: a client that goes meanwhile takes nothing back.
    if (fault?.kind === 'slow_before') await lateness(fault);
    return perform(world, inbound, body);
  } catch (thrown) {
    return answerOf(thrown);
  }
}

/** Serves one API request: fault switches first, then the request itself, then the faults that come after it. */
export async function serve(
  world: World,
  host: Host,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  const target = request.url ?? '/';
  const path = target.split('?', 1)[0] ?? target;
  const match = matchOf(host, method, path);
  const entry = world.log.begin(method, target, match?.route.template.replace('*}', '}') ?? 'unknown');
  const fault = world.faults.strike(method, target);
  const cost = match?.route.template === '/rate_limit' ? 0 : 1;
  const rateLimit = world.rateLimit.count(request.headers.authorization ?? '', cost);
  if (fault?.kind === 'reset_before') {
    request.socket.destroy();
    return;
  }
  let answer: Answer;
  if (fault !== undefined && isStruckBefore(fault)) {
    answer = faultAnswer(fault);
  } else {
    answer = await answerFor(world, { method, target, match, request, rateLimit }, fault);
    if (fault?.kind === 'slow') await lateness(fault);
    if (fault !== undefined && isStruckAfter(fault)) answer = faultAnswer(fault);
  }
  if (fault?.kind === 'reset_after' || request.socket.destroyed) {
    request.socket.destroy();
    return;
  }
  entry.status = answer.status;
  const id = `51D0:${entry.at.slice(11, 19).replaceAll(':', '')}:${world.log.reads + world.log.writes}`;
  send(response, answer, { ...rateLimitHeaders(rateLimit), 'x-github-request-id': id });
}
