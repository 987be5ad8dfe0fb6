#!/usr/bin/env node
// `npm run release:version`: makes a version out of what .changeset holds. The changes become a section of CHANGELOG.md, every package gets the
// new version (they go together), and so does whatever names an image by it. Uses the working copy it stands in, or the folder named.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('../../', import.meta.url)));
const changesets = createRequire(import.meta.url).resolve('@changesets/cli/bin.js');
/** Files that name the image by its version. */
const naming = ['docker-compose.yml', 'infra/kubernetes/base/kustomization.yaml'];
const ranks = ['major', 'minor', 'patch'];

const at = (path) => join(root, path);
const read = (path) => readFileSync(at(path), 'utf8');
const versionOf = () => JSON.parse(read('shared/contracts/package.json')).version;

function refuse(what, next) {
  process.stderr.write(`error  ${what}\n next  ${next}\n`);
  process.exit(2);
}

/** What one file of .changeset says: how much of a change it is, and in which words. */
function changeIn(path) {
  const [, head, body] = /^---\n([\s\S]*?)^---\n([\s\S]*)$/m.exec(read(path)) ?? [];
  if (head === undefined || body.trim() === '')
    refuse(`${path} is no changeset`, 'Write it with: npm run changeset');
  const rank = Math.min(
    ...ranks.map((rank, index) => (new RegExp(`: ${rank}$`, 'm').test(head) ? index : ranks.length)),
  );
  return { path, rank, text: body.trim() };
}

const changes = readdirSync(at('.changeset'))
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => changeIn(`.changeset/${name}`))
  .sort((a, b) => a.rank - b.rank || a.path.localeCompare(b.path));
if (changes.length === 0) refuse('.changeset holds no change', 'Say what has changed: npm run changeset');

const before = versionOf();
execFileSync(process.execPath, [changesets, 'version'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  timeout: 60_000,
});
const version = versionOf();
if (version === before)
  refuse(`the version stayed ${before}`, 'Name a package of this repository in the changeset.');

const about = read('package.json').replace(`"version": "${before}"`, `"version": "${version}"`);
writeFileSync(at('package.json'), about);
for (const path of naming) {
  if (!existsSync(at(path))) continue;
  writeFileSync(
    at(path),
    read(path)
      .replaceAll(`marketops:${before}`, `marketops:${version}`)
      .replaceAll(`newTag: ${before}`, `newTag: ${version}`),
  );
}
const [title, ...sections] = read('CHANGELOG.md').split(/^(?=## )/m);
const day = new Date().toISOString().slice(0, 10);
const section = `## ${version} (${day})\n\n${changes.map(({ text }) => entry(text)).join('\n')}\n\n`;
writeFileSync(at('CHANGELOG.md'), [title, section, ...sections].join(''));
for (const { path } of changes) rmSync(at(path), { force: true });
process.stdout.write(
  `${before} → ${version}: ${changes.length} changes. Now: npm install --package-lock-only\n`,
);

/** One point of the list; further lines stand below it. */
function entry(text) {
  const [first, ...more] = text.split('\n');
  return [`- ${first}`, ...more.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
}
