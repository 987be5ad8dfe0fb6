import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { containerOf, root, workers } from './compose.js';
import { copiesOf, layoutCommand, readDockerfile } from './dockerfile.js';
import { type Prepared, prepared } from './prepared.js';

interface Package {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const packageIn = (folder: string): Package =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Package;
const rooms = ['shared', 'services']
  .flatMap((kind) => readdirSync(join(root, kind)).map((name) => `${kind}/${name}`))
  .filter((folder) => existsSync(join(root, folder, 'package.json')))
  .concat('infra/local');
const folderOf = new Map(rooms.map((folder) => [packageIn(folder).name, folder]));

/** A package of ours and all of ours that it needs when it runs. */
function needs(folder: string, found = new Set<string>()): Set<string> {
  if (found.has(folder)) return found;
  found.add(folder);
  for (const name of Object.keys(packageIn(folder).dependencies ?? {})) {
    const next = folderOf.get(name);
    if (next !== undefined) needs(next, found);
  }
  return found;
}

describe('infra/docker/Dockerfile', () => {
  const [build = [], image = []] = readDockerfile();
  let the: Prepared;
  beforeAll(() => {
    the = prepared();
  });
  afterAll(() => the.remove());

  it('copies only what is in the repository, and what the .dockerignore beside it lets through', () => {
    const ignore = readFileSync(join(root, 'infra/docker/Dockerfile.dockerignore'), 'utf8').split('\n');
    const through = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(ignore.find((line) => line !== '' && !line.startsWith('#'))).toBe('**');
    for (const secret of ['**/.marketops', '**/.env*']) expect(ignore).toContain(secret);
    const own = [...build, ...image].filter(({ text }) => !text.startsWith('--from='));
    for (const path of copiesOf(own).flatMap(({ from }) => from)) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(
        through.some((allowed) => path === allowed || path.startsWith(`${allowed}/`)),
        path,
      ).toBe(true);
    }
  });

  it('installs the packages of everything that a service or the command needs, and builds it', () => {
    const manifests = copiesOf(build).flatMap(({ from }) =>
      from.filter((path) => path.endsWith('package.json')),
    );
    const roots = [...[...workers, 'console'].map((name) => `services/${name}`), 'services/cli'];
    const wanted = new Set(roots.flatMap((folder) => [...needs(folder)]));
    expect(
      [...wanted].map((folder) => `${folder}/package.json`).filter((path) => !manifests.includes(path)),
    ).toEqual([]);
    const compile = build.find(({ text }) => text.startsWith('npx tsc -b'));
    const [projects = '', page = ''] = compile?.text.split('&&') ?? [];
    expect(projects.trim().split(/ +/).slice(3).sort()).toEqual([...roots].sort());
    // The page of the console is no module of ours to compile alone.
    expect(page.trim()).toBe('npm run build --workspace @marketops/console-web');
    expect(build.some(({ text }) => /npm prune --omit=dev/.test(text))).toBe(true);
  });

  it('holds the program of every container, where its command says', () => {
    const inImage = copiesOf(image).flatMap(({ to }) => to.replace(/^\.?\/*|\/$/g, ''));
    const programs = [...workers, 'console', 'marketops'].map((name) => {
      const { command, entrypoint } = containerOf(the.compose, name);
      const words = entrypoint ?? command ?? [];
      expect(words[0]).toBe('node');
      return (words.at(-1) ?? '').replace(/^\/app\//, '');
    });
    for (const name of [...workers, 'console'])
      programs.push(...healthPrograms(containerOf(the.compose, name).healthcheck?.test));
    for (const program of programs) {
      expect(existsSync(join(root, program)), program).toBe(true);
      expect(
        inImage.some((folder) => program.startsWith(`${folder}/`)),
        program,
      ).toBe(true);
    }
  });

  it('has a place for everything that is mounted and the link to the keyring, and runs as nobody in particular', () => {
    const layout = layoutCommand();
    for (const place of ['public', 'keys', 'ledger', 'blobs', 'blob-keys', 'publisher', 'console', 'pins']) {
      expect(layout).toMatch(new RegExp(`mkdir public.*\\b${place}\\b`));
    }
    expect(layout).toContain('ln -s public/keyring.json keyring.json');
    expect(image.find(({ name }) => name === 'USER')?.text).toBe('node');
  });
});

const healthPrograms = (test: readonly string[] = []): string[] =>
  test.filter((word) => word.endsWith('.mjs'));
