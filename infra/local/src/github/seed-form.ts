import type { SeedRepository } from './seed.js';

/*
 * Seeds also arrive as JSON (a file, POST /_sim/repositories). A misspelt key would quietly build another world than
 * the test means, so objects are closed: every key is known, and has the type said here.
 */

type Check = (value: unknown, path: string) => void;

const fail = (path: string, message: string): never => {
  throw new TypeError(`Seed: ${path} ${message}.`);
};

const kind =
  (type: 'string' | 'boolean' | 'number'): Check =>
  (value, path) => {
    if (typeof value !== type) fail(path, `must be a ${type}`);
  };
const text = kind('string');
const flag = kind('boolean');

const oneOf =
  (...choices: readonly string[]): Check =>
  (value, path) => {
    if (typeof value !== 'string' || !choices.includes(value)) fail(path, `must be ${choices.join(' or ')}`);
  };

const list =
  (item: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) fail(path, 'must be a list');
    else for (const [index, one] of value.entries()) item(one, `${path}[${index}]`);
  };

/** Keys that end in `!` must be there. */
const closed = (shape: Readonly<Record<string, Check>>): Check => {
  const checks = new Map(Object.entries(shape).map(([key, check]) => [key.replace('!', ''), check]));
  const required = Object.keys(shape).filter((key) => key.endsWith('!'));
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, 'must be an object');
    const entries = new Map(Object.entries(value ?? {}));
    for (const key of required) if (!entries.has(key.slice(0, -1))) fail(path, `lacks ${key.slice(0, -1)}`);
    for (const [key, one] of entries) {
      const check = checks.get(key);
      if (check === undefined) fail(path, `has an unknown key ${key}`);
      else check(one, `${path}.${key}`);
    }
  };
};

const commit: Check = (value, path) =>
  typeof value === 'string' ? undefined : closed({ 'message!': text, sha: text })(value, path);
const asset = closed({ 'name!': text, 'content!': text, content_type: text });

const repository = closed({
  'owner!': text,
  'name!': text,
  owner_type: oneOf('User', 'Organization'),
  id: kind('number'),
  description: text,
  private: flag,
  archived: flag,
  fork_of: text,
  default_branch: text,
  branches: list(closed({ 'name!': text, from: text, commits: list(commit) })),
  tags: list(closed({ 'name!': text, 'target!': text, message: text })),
  releases: list(
    closed({
      'tag_name!': text,
      target_commitish: text,
      name: text,
      body: text,
      draft: flag,
      prerelease: flag,
      assets: list(asset),
    }),
  ),
  pulls: list(
    closed({
      'title!': text,
      'head!': text,
      'base!': text,
      body: text,
      draft: flag,
      state: oneOf('open', 'closed'),
    }),
  ),
});

function isSeeds(value: unknown): value is SeedRepository[] {
  list(repository)(value, 'repositories');
  return true;
}

/** One repository or a list of them, checked. Throws a TypeError that names the first thing wrong. */
export function parseSeeds(value: unknown): SeedRepository[] {
  const seeds: unknown = Array.isArray(value) ? value : [value];
  return isSeeds(seeds) ? seeds : [];
}
