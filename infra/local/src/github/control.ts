import type { IncomingMessage, ServerResponse } from 'node:http';
import { optionalBoolean, optionalString, requiredString, toObject } from './body.js';
import { type Answer, ok } from './call.js';
import { answerOf, readBody, send } from './exchange.js';
import { parseFaults } from './fault-form.js';
import type { FaultSwitches } from './faults.js';
import { Problem } from './problem.js';
import { plant, push } from './seed.js';
import { parseSeeds } from './seed-form.js';
import { snapshot } from './snapshot.js';
import type { World } from './world.js';

/*
 * The switchboard for other processes: what an in-process test does through the handle, a chaos test or the demo does
 * here. Not part of GitHub, never counted as a request, and open to whoever reaches the loopback port.
 *
 *   GET  /_sim/state          everything stored
 *   GET  /_sim/requests       counts and the newest requests
 *   GET  /_sim/faults         the switches, with how often each struck
 *   POST /_sim/faults         { "faults": [FaultSwitch], "seed"?: number } replaces them all
 *   POST /_sim/repositories   a SeedRepository or an array of them
 *   POST /_sim/push           { "repository", "branch", "message"?, "force"? } → { "sha" }: somebody else pushes
 *   POST /_sim/refs           { "repository", "ref", "sha": string | null }: somebody else moves or deletes a ref
 *   POST /_sim/reset          forgets all, plants the seed again
 */

type Control = (world: World, body: unknown) => Answer;

const faultsOf = (faults: FaultSwitches) =>
  faults.armed.map(({ fault, left, fired }) => ({
    ...fault,
    left: Number.isFinite(left) ? left : null,
    fired,
  }));

function setFaults(world: World, body: unknown): Answer {
  const { faults, seed } = parseFaults(body);
  world.faults.clear();
  if (seed !== undefined) world.faults.seed(seed);
  for (const fault of faults) world.faults.arm(fault);
  return ok({ faults: faultsOf(world.faults) });
}

function addRepositories(world: World, body: unknown): Answer {
  for (const seed of parseSeeds(body)) plant(world.state, seed);
  return { status: 201, json: snapshot(world.state) };
}

function pushCommit(world: World, body: unknown): Answer {
  const fields = toObject(body);
  const repository = world.state.repository(requiredString(fields, 'repository'));
  const message = optionalString(fields, 'message');
  const force = optionalBoolean(fields, 'force') ?? false;
  const options = message === undefined ? { force } : { force, message };
  return ok({ sha: push(world.state, repository, requiredString(fields, 'branch'), options).sha });
}

function setRef(world: World, body: unknown): Answer {
  const fields = toObject(body);
  const repository = world.state.repository(requiredString(fields, 'repository'));
  const ref = requiredString(fields, 'ref');
  const sha = optionalString(fields, 'sha');
  if (sha === undefined) repository.refs.delete(ref);
  else if (repository.objects.commits.has(sha)) repository.refs.set(ref, sha);
  else throw new Problem(422, 'Object does not exist');
  return ok({ ref, sha: sha ?? null });
}

/** Forgets everything and plants the first seed again; ids start over. */
export function reset(world: World): void {
  world.state.clear();
  world.log.reset();
  world.faults.clear();
  world.rateLimit.reset();
  for (const seed of world.seed) plant(world.state, seed);
}

const controls: Readonly<Record<string, Control>> = {
  'GET /_sim/state': (world) => ok(snapshot(world.state)),
  'GET /_sim/requests': (world) => ok(world.log.toJSON()),
  'GET /_sim/faults': (world) => ok({ faults: faultsOf(world.faults) }),
  'POST /_sim/faults': setFaults,
  'POST /_sim/repositories': addRepositories,
  'POST /_sim/push': pushCommit,
  'POST /_sim/refs': setRef,
  'POST /_sim/reset': (world) => {
    reset(world);
    return ok({});
  },
};

export async function serveControl(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let answer: Answer;
  try {
    const control = controls[`${request.method} ${request.url}`];
    if (control === undefined) throw new Problem(404, 'No such control');
    const text = (await readBody(request, true)).toString('utf8');
    answer = control(world, text === '' ? {} : JSON.parse(text));
  } catch (thrown) {
    answer = thrown instanceof Problem ? answerOf(thrown) : answerOf(new Problem(400, String(thrown)));
  }
  send(response, answer, {});
}
