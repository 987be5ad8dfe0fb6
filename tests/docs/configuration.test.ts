import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from '@marketops/engine';
import { describe, expect, it } from 'vitest';
import { configurationPage } from './configuration/page.js';
import { rowsOf } from './configuration/rows.js';
import { variables } from './configuration/variables.js';
import { root } from './error-codes.js';

const read = (path: string): string =>
  readFileSync(
    join(root, path),
    'utf8',
  ); /** What the programs are made of, without their tests and without what runs in a browser. */
function sources(): string[] {
  const folders = ['shared', 'services'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}/src`),
  );
  return [...folders, 'infra/local/src'].flatMap((folder) =>
    existsSync(join(root, folder)) ? filesIn(folder) : [],
  );
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|(^|\/)testing\//.test(name))
    .map((name) => `${folder}/${name}`);

/** The names of variables that the programs read, and where. */
function namesRead(): Map<string, string> {
  const names = new Map<string, string>();
  for (const path of sources()) {
    const text = read(path);
    for (const pattern of reads)
      for (const [, name = ''] of text.matchAll(pattern)) if (!names.has(name)) names.set(name, path);
  }
  return names;
}
const reads = [
  /(?:fromEnvironment|readSecret|secretPlace|openSecret|openToken)\(\s*(?:\w+\.)*\w+,\s*'([A-Z][A-Z0-9_]+)'/g,
  /\benv(?:ironment)?(?:\.|\[')([A-Z][A-Z0-9_]{2,})\b/g,
];

describe('docs/configuration.md', () => {
  it('is what the schema and the list of variables say (npm run reference writes it)', () => {
    expect(read('docs/configuration.md')).toBe(configurationPage());
  });

  it('has a meaning for every key that is more than a place for others', () => {
    const silent = rowsOf(configJsonSchema()).filter(({ meaning }) => meaning === '');
    expect(silent.map(({ key }) => key)).toEqual([]);
  });

  it('has every variable that a program reads, and none besides', () => {
    const listed = new Set(variables.map(({ name }) => name));
    const found = namesRead();
    expect([...found].filter(([name]) => !listed.has(name.replace(/_FILE$/, '')))).toEqual([]);
    const inSources = sources().map(read).join('\n');
    const unread = variables.filter(
      ({ name, elsewhere }) => elsewhere !== true && !inSources.includes(`'${name}'`) && !found.has(name),
    );
    expect(unread.map(({ name }) => name)).toEqual([]);
  });

  it('says what .env.example says, and nothing there is unknown', () => {
    const named = [...read('.env.example').matchAll(/^([A-Z][A-Z0-9_]+)=/gm)].map(([, name = '']) => name);
    const listed = new Set(variables.map(({ name }) => name));
    expect(named.filter((name) => !listed.has(name.replace(/_FILE$/, '')))).toEqual([]);
  });
});
