import type { IncomingMessage } from 'node:http';
import type { Caller } from './access/caller.js';
import type { Answer, Call } from './call.js';
import { readBody } from './exchange.js';
import type { FaultSwitch } from './faults/faults.js';
import type { Admission } from './limits/limits.js';
import { notFound, Problem } from './problem.js';
import { createRouter, type Match } from './router.js';
import { routes } from './routes.js';
import type { World } from './world.js';

const router = createRouter(routes);
const emptyQuery = new URLSearchParams();
const noBody = Buffer.alloc(0);

/** Which of GitHub's two hosts a request came to; `both` where one origin plays both. */
export type Host = 'api' | 'uploads' | 'both';

/** One request as it arrived. */
export interface Inbound {
  readonly host: Host;
  readonly request: IncomingMessage;
  readonly method: string;
  /** As sent, below the host's base, with the query. */
  readonly target: string;
  readonly path: string;
  readonly match: Match | undefined;
  /** Who sends it, or why nobody known does: then nothing is done for it. */
  readonly caller: Caller | Problem;
}

/**
 * GitHub serves everything of a repository below its id too: that is where a renamed one's old name redirects to. The
 * same path by its name, where the id names one.
 */
function byName(world: World, path: string): string {
  const [, id, rest = ''] = /^\/repositories\/([0-9]{1,15})(\/.*)?$/.exec(path) ?? [];
  const repository = id === undefined ? undefined : world.state.findById(Number(id));
  return repository === undefined ? path : `/repos/${repository.owner.login}/${repository.name}${rest}`;
}

function matchOf(host: Host, method: string, path: string): Match | undefined {
  const match = router(method, path);
  if (match === undefined || host === 'both') return match;
  return match.route.uploads === (host === 'uploads') ? match : undefined;
}

function callerOf(world: World, request: IncomingMessage): Caller | Problem {
  try {
    return world.credentials.identify(request.headers.authorization);
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
}

export function arrive(world: World, host: Host, target: string, request: IncomingMessage): Inbound {
  const method = request.method ?? 'GET';
  const path = target.split('?', 1)[0] ?? target;
  const match = matchOf(host, method, byName(world, path));
  return { host, request, method, target, path, match, caller: callerOf(world, request) };
}

/** Reads the whole body, so that nothing is done for a request that breaks off. */
export const bodyOf = async ({ method, request, match }: Inbound): Promise<Buffer> =>
  method === 'GET' ? noBody : await readBody(request, match?.route.uploads === true);

/** What the fault leaves of an upload; undefined where it comes whole. */
const keptBytes = (fault: FaultSwitch | undefined, body: Buffer): number | undefined =>
  fault?.kind === 'half_upload' ? (fault.kept_bytes ?? Math.floor(body.length / 2)) : undefined;

/** Does what the request asks. All of it happens in one step, so that two requests never interleave. */
export function perform(
  world: World,
  inbound: Inbound,
  admission: Admission,
  body: Buffer,
  fault: FaultSwitch | undefined,
): Answer {
  const { request, target, method, match, path, caller } = inbound;
  if (caller instanceof Problem) throw caller;
  if (match === undefined) throw notFound();
  const nowMs = world.clock().getTime();
  const mark = target.indexOf('?');
  const call: Call = {
    ...{ state: world.state, credentials: world.credentials, url: world.url, method, path, caller, body },
    params: match.params,
    origin: inbound.host === 'uploads' ? world.uploadsUrl : world.url,
    rateLimit: admission.status(),
    query: mark < 0 ? emptyQuery : new URLSearchParams(target.slice(mark + 1)),
    accept: request.headers.accept ?? '',
    contentType: request.headers['content-type'],
    keptBytes: keptBytes(fault, body),
    viewOf: (repository) => {
      if (method !== 'GET') {
        if (world.faults.hasStaleLists) world.staleLists.remember(repository, nowMs);
        return repository;
      }
      return fault?.kind === 'stale_list' ? world.staleLists.view(repository, fault, nowMs) : repository;
    },
  };
  return match.route.endpoint(call);
}
