import { parseApps, parseTokens } from '../access/access-form.js';
import {
  type JsonObject,
  optionalBoolean,
  optionalChoice,
  optionalNumber,
  optionalString,
  requiredNumber,
  requiredString,
  requireKeys,
  toObject,
} from '../body.js';
import { type Answer, ok } from '../call.js';
import { fullName } from '../domain/model.js';
import { parseFaults } from '../faults/fault-form.js';
import type { FaultSwitches } from '../faults/faults.js';
import { hangEvents } from '../faults/hangs.js';
import { parseLimits } from '../limits/options.js';
import { Problem } from '../problem.js';
import { plant } from '../seed.js';
import { parseSeeds } from '../seed-form.js';
import { snapshot } from '../snapshot.js';
import type { World } from '../world.js';
import { changing, mergeAs, pushAs, reviewAs, setRef } from './others.js';
import { reset } from './reset.js';

/*
 * The switchboard for other processes: what an in-process test does through the handle, a chaos test or the demo does
 * here. Not part of GitHub, never counted as a request, and open to whoever reaches the loopback port. README.md
 * beside this folder lists the controls with what they take and answer.
 */

/** What is asked of a control. */
interface Asked {
  readonly body: unknown;
  readonly query: URLSearchParams;
}

type Control = (world: World, asked: Asked) => Answer | Promise<Answer>;

const faultsOf = (faults: FaultSwitches) =>
  faults.armed.map(({ fault, left, fired }) => ({
    ...fault,
    left: Number.isFinite(left) ? left : null,
    fired,
  }));

const setFaults: Control = (world, { body }) => {
  const { faults, seed, keep } = parseFaults(body);
  if (!keep) world.faults.clear();
  if (seed !== undefined) world.faults.seed(seed);
  for (const fault of faults) world.faults.arm(fault);
  return ok({ faults: faultsOf(world.faults) });
};

const addRepositories: Control = (world, { body }) => {
  for (const seed of parseSeeds(body)) plant(world.state, seed);
  return { status: 201, json: snapshot(world.state) };
};

/** An object of known keys, handed on. */
const of =
  (keys: readonly string[], act: (world: World, fields: JsonObject) => unknown): Control =>
  (world, { body }) => {
    const fields = toObject(body);
    requireKeys(fields, keys);
    return ok(act(world, fields));
  };

function rename(world: World, fields: JsonObject): unknown {
  const owner = optionalString(fields, 'owner');
  const name = optionalString(fields, 'name');
  if (owner === undefined && name === undefined) throw new Problem(422, 'Say a new "owner" or a new "name".');
  const renamed = world.state.rename(requiredString(fields, 'repository'), {
    ...(owner === undefined ? {} : { owner }),
    ...(name === undefined ? {} : { name }),
  });
  return { id: renamed.id, full_name: fullName(renamed) };
}

function remove(world: World, fields: JsonObject): unknown {
  const repository = world.state.repository(requiredString(fields, 'repository'));
  world.state.delete(fullName(repository));
  return { id: repository.id };
}

function setSettings(world: World, fields: JsonObject): unknown {
  const repository = changing(world, requiredString(fields, 'repository'));
  repository.immutableReleases =
    optionalBoolean(fields, 'immutable_releases') ?? repository.immutableReleases;
  repository.archived = optionalBoolean(fields, 'archived') ?? repository.archived;
  return { immutable_releases: repository.immutableReleases, archived: repository.archived };
}

function merge(world: World, fields: JsonObject): unknown {
  const method = optionalChoice(fields, 'method', ['merge', 'squash']);
  const name = requiredString(fields, 'repository');
  return { sha: mergeAs(world, name, requiredNumber(fields, 'number'), method).merged?.sha };
}

function addReview(world: World, fields: JsonObject): unknown {
  const state = optionalChoice(fields, 'state', ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED']);
  const body = optionalString(fields, 'body');
  const { id } = reviewAs(world, requiredString(fields, 'repository'), requiredNumber(fields, 'number'), {
    login: requiredString(fields, 'login'),
    state: state ?? 'COMMENTED',
    ...(body === undefined ? {} : { body }),
  });
  return { id };
}

const addAccess: Control = (world, { body }) => {
  const fields = toObject(body);
  requireKeys(fields, ['tokens', 'apps', 'revoke']);
  for (const token of parseTokens(fields['tokens'] ?? [])) world.credentials.addToken(token);
  for (const app of parseApps(fields['apps'] ?? [])) world.credentials.addApp(app);
  const revoked = optionalString(fields, 'revoke');
  if (revoked !== undefined) world.credentials.revoke(revoked);
  return ok({});
};

const setLimits: Control = (world, { body }) => {
  world.limits.enforce(body === null ? null : parseLimits(body));
  return ok(world.limits.report());
};

const timeoutMsMax = 120_000;

/** Answers at once, or, with `until`, as soon as `count` requests have come so far. 408 when the time is over. */
const getHangs: Control = async (world, { query }) => {
  const fields = Object.fromEntries(query);
  requireKeys(fields, ['until', 'count', 'timeout_ms']);
  const event = optionalChoice(fields, 'until', hangEvents);
  if (event === undefined) return ok({ hangs: world.hangs.all });
  const timeoutMs = Math.min(Number(fields['timeout_ms'] ?? 30_000), timeoutMsMax);
  try {
    return ok({ hangs: await world.hangs.until(event, Number(fields['count'] ?? 1), timeoutMs) });
  } catch (thrown) {
    throw new Problem(408, String(thrown));
  }
};

function release(world: World, fields: JsonObject): unknown {
  const how = optionalChoice(fields, 'release', ['proceed', 'drop']);
  if (how === undefined) throw new Problem(422, 'Say how to "release": proceed or drop.');
  return { released: world.hangs.release(how, optionalNumber(fields, 'id')) };
}

export const controls: Readonly<Record<string, Control>> = {
  'GET /_sim/state': (world) => ok(snapshot(world.state)),
  'GET /_sim/requests': (world) => ok(world.log.toJSON()),
  'GET /_sim/faults': (world) => ok({ faults: faultsOf(world.faults) }),
  'POST /_sim/faults': setFaults,
  'GET /_sim/hangs': getHangs,
  'POST /_sim/hangs': of(['release', 'id'], release),
  'GET /_sim/limits': (world) => ok(world.limits.report()),
  'POST /_sim/limits': setLimits,
  'POST /_sim/access': addAccess,
  'POST /_sim/repositories': addRepositories,
  'POST /_sim/settings': of(['repository', 'immutable_releases', 'archived'], setSettings),
  'POST /_sim/rename': of(['repository', 'owner', 'name'], rename),
  'POST /_sim/delete': of(['repository'], remove),
  'POST /_sim/push': of(['repository', 'branch', 'message', 'force'], pushAs),
  'POST /_sim/refs': of(['repository', 'ref', 'sha'], setRef),
  'POST /_sim/merge': of(['repository', 'number', 'method'], merge),
  'POST /_sim/reviews': of(['repository', 'number', 'login', 'state', 'body'], addReview),
  'POST /_sim/reset': (world) => {
    reset(world);
    return ok({});
  },
};
