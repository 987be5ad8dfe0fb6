#!/usr/bin/env node
// `npm run packages`: every package that is published is one that strangers can use. publint reads what `npm pack` would send; beside that each
// has its licence, an access, and depends on nothing of ours that stays here. Exit code 1 with every fault. Wants a build.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = fileURLToPath(new URL('../../', import.meta.url));
const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
const run = promisify(execFile);
const wanted = ['name', 'version', 'description', 'license', 'engines', 'exports', 'files'];
const bytesMax = 5_000_000;
/** What stays at home. */
const ownTests = /\.(?:test|bench)\.|(?:^|\/)testing\/|\.tsbuildinfo$/;

const packages = ['shared', 'services', 'infra']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .filter((folder) => existsSync(join(root, folder, 'package.json')))
  .map((folder) => ({ folder, about: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }));
const published = packages.filter(({ about }) => about.private !== true);
const names = new Set(published.map(({ about }) => about.name));

/** What a package would send, by npm's own word. */
async function packed(pkgDir) {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: pkgDir,
    timeout: 60_000,
    maxBuffer: 10_000_000,
  });
  const [answer] = JSON.parse(stdout);
  return answer;
}

async function faultsOf({ folder, about }) {
  const pkgDir = join(root, folder);
  const faults = wanted.filter((key) => about[key] === undefined).map((key) => `has no ${key}`);
  if (about.publishConfig?.access !== 'public') faults.push('does not say publishConfig.access: public');
  for (const name of Object.keys(about.dependencies ?? {}))
    if (name.startsWith('@marketops/') && !names.has(name))
      faults.push(`depends on ${name}, which is private`);
  if (!existsSync(join(pkgDir, 'LICENSE')) || readFileSync(join(pkgDir, 'LICENSE'), 'utf8') !== licence)
    faults.push('has no LICENSE like that of the repository');
  const { files, size } = await packed(pkgDir);
  const paths = files.map(({ path }) => path);
  faults.push(...paths.filter((path) => ownTests.test(path)).map((path) => `sends ${path}`));
  if (!paths.some((path) => path.startsWith('dist/')))
    faults.push('sends no dist: build first (npm run build)');
  if (size > bytesMax) faults.push(`sends ${size} bytes, more than ${bytesMax}`);
  // As a tarball has them, below one folder.
  const sent = paths.map((path) => ({ name: `package/${path}`, data: readFileSync(join(pkgDir, path)) }));
  const { messages, pkg } = await publint({ pkgDir: 'package', strict: true, pack: { files: sent } });
  faults.push(...messages.map((message) => formatMessage(message, pkg) ?? message.code));
  return faults.map((fault) => `${about.name}: ${fault}`);
}

const faults = (await Promise.all(published.map(faultsOf))).flat();
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
else process.stdout.write(`${published.length} packages can be published: ${[...names].sort().join(', ')}\n`);
