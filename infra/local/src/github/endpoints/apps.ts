import type { App } from '../access/apps.js';
import { covers, type Installation } from '../access/credentials.js';
import { isWithin, type Level, type Permissions } from '../access/permissions.js';
import { type JsonObject, parseObject, stringList, toObject } from '../body.js';
import { type Answer, type Call, created, idParam, ok, param } from '../call.js';
import { fullName, type Repository } from '../domain/model.js';
import { notFound, Problem } from '../problem.js';
import { renderApp, renderInstallation } from '../render/app.js';
import { renderRepository } from '../render/repository.js';

const repositoriesMax = 500;

/** These endpoints take an App's JWT and nothing else. */
function appOf(call: Call): App {
  if (call.caller.kind !== 'app') throw new Problem(401, 'A JSON web token could not be decoded');
  return call.caller.app;
}

export function getApp(call: Call): Answer {
  return ok(renderApp(call.url, appOf(call)));
}

/** An installation's id is there for its own App only. */
function installationOf(call: Call): Installation {
  const app = appOf(call);
  const found = call.credentials.installation(idParam(call, 'installation_id'));
  if (found === undefined || found.app !== app) throw notFound();
  return found;
}

export function getInstallation(call: Call): Answer {
  return ok(renderInstallation(call.url, installationOf(call)));
}

/** Which installation reaches a repository. */
export function getRepositoryInstallation(call: Call): Answer {
  const app = appOf(call);
  const repository = call.state.find(`${param(call, 'owner')}/${param(call, 'repo')}`);
  const found = repository === undefined ? undefined : call.credentials.installationFor(app, repository);
  if (found === undefined) throw notFound();
  return ok(renderInstallation(call.url, found));
}

function askedPermissions(body: JsonObject, installation: Installation): Permissions {
  const held = installation.seed.permissions;
  const asked = body['permissions'];
  if (asked === undefined || asked === null) return { metadata: 'read', ...held };
  const entries = Object.entries(toObject(asked)).map(([name, level]): [string, Level] => {
    if (level !== 'read' && level !== 'write' && level !== 'admin') {
      throw new Problem(422, `Invalid request.\n\n${JSON.stringify(level)} is not a level of ${name}.`);
    }
    return [name, level];
  });
  const permissions = { metadata: 'read' as const, ...Object.fromEntries(entries) };
  if (isWithin(permissions, held)) return permissions;
  throw new Problem(422, 'The permissions requested are not granted to this installation.');
}

/** Undefined where the request names none: the token then reaches what the installation reaches. */
function askedRepositories(
  call: Call,
  body: JsonObject,
  installation: Installation,
): Repository[] | undefined {
  const ids = body['repository_ids'];
  const names = body['repositories'];
  if (ids === undefined && names === undefined) return undefined;
  const byId = Array.isArray(ids) ? ids.map((id: unknown) => call.state.findById(Number(id))) : [];
  const byName = stringList(names ?? [], 'repositories').map((name) =>
    call.state.find(`${installation.seed.account}/${name}`),
  );
  const found = [...byId, ...byName];
  if (found.length > repositoriesMax) throw new Problem(422, 'Too many repositories');
  return found.map((repository) => {
    if (repository !== undefined && covers(installation, repository)) return repository;
    const refusal = 'There is at least one repository that does not exist or is not accessible to the parent';
    throw new Problem(422, `${refusal} installation.`);
  });
}

/** Makes a token that can do what is asked for and no more; it may ask for no more than the installation has. */
export function postAccessToken(call: Call): Answer {
  const installation = installationOf(call);
  if (installation.seed.suspended === true) throw new Problem(403, 'This installation has been suspended');
  const body = parseObject(call.body);
  const permissions = askedPermissions(body, installation);
  const repositories = askedRepositories(call, body, installation);
  const ids = repositories === undefined ? undefined : new Set(repositories.map(({ id }) => id));
  const { token, expiresAt } = call.credentials.mint(installation, permissions, ids);
  const isSelected = repositories !== undefined || installation.seed.repositories !== undefined;
  const listed =
    repositories ?? installation.seed.repositories?.flatMap((name) => call.state.find(name) ?? []) ?? [];
  const unique = [...new Map(listed.map((one) => [fullName(one), one])).values()];
  return created(
    {
      token,
      expires_at: `${expiresAt.toISOString().slice(0, 19)}Z`,
      permissions,
      repository_selection: isSelected ? 'selected' : 'all',
      ...(isSelected ? { repositories: unique.map((one) => renderRepository(call.url, one)) } : {}),
    },
    `${call.url}/installation/repositories`,
  );
}
