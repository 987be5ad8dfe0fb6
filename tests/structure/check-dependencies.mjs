#!/usr/bin/env node
// Checks the house rules of imports over dist/, and proves that the check reads the modules: a planted violation of each
// rule must be found, and every package must have contributed modules and edges.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
process.chdir(root);
const { forbidden, options } = createRequire(import.meta.url)('./dependency-rules.cjs');

const rooms = ['shared', 'services'].flatMap((kind) =>
  readdirSync(kind, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [`${kind}/${entry.name}`] : [],
  ),
);
const folders = [...rooms, 'infra/local'].map((room) => `${room}/dist`);

async function violations() {
  const { output } = await cruise(folders, { ...options, ruleSet: { forbidden }, validate: true });
  return output;
}

/** At least one planted file per rule; each must be reported under the name given. */
const planted = [
  ['services/planner/dist/planted.js', "import '@marketops/publisher';", 'services-never-import-each-other'],
  [
    'shared/store/dist/planted.js',
    "import '../../../services/planner/dist/index.js';",
    'shared-knows-no-service',
  ],
  [
    'shared/contracts/dist/planted.js',
    "import '../../store/dist/index.js';",
    'contracts-import-nothing-of-ours',
  ],
  ['shared/proof/dist/planted.js', "import '../../store/dist/index.js';", 'proof-imports-contracts-only'],
  ['shared/contracts/dist/planted-io.js', "import 'node:fs';", 'pure-rooms-do-no-io'],
  ['shared/proof/dist/web.js', "import 'node:crypto';", 'pure-rooms-do-no-io'],
  ['shared/proof/dist/planted-driver.js', "import 'ioredis';", 'pure-rooms-know-no-driver'],
  ['services/publisher/dist/gate/planted-driver.js', "import 'ioredis';", 'pure-rooms-know-no-driver'],
  ['services/federation/dist/decide-planted.js', "import 'node:crypto';", 'deciders-do-no-io'],
  ['services/publisher/dist/deciding/planted.js', "import 'node:crypto';", 'deciders-do-no-io'],
  ['services/publisher/dist/planted.js', "import '@octokit/request';", 'only-github-builds-an-octokit'],
  ['services/ledger/dist/planted-a.js', "import './planted-b.js';", 'no-circles'],
  // One import of a circle is reported; which one is the walk's affair.
  ['services/ledger/dist/planted-b.js', "import './planted-a.js';", undefined],
];

const faults = [];
const before = await violations();
for (const { rule, from, to } of before.summary.violations) faults.push(`${rule.name}: ${from} → ${to}`);
for (const room of folders) {
  const modules = before.modules.filter(({ source }) => source.startsWith(`${room}/`));
  const edges = modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
  if (modules.length < 2 || edges === 0)
    faults.push(`${room}: the check read ${modules.length} modules and ${edges} imports there; is it built?`);
}

for (const { name } of forbidden) {
  if (!planted.some(([, , rule]) => rule === name)) faults.push(`nothing is planted for the rule ${name}`);
}

const written = [];
try {
  for (const [path, text] of planted) {
    mkdirSync(dirname(path), { recursive: true });
    // `wx`: never over a module that is there.
    writeFileSync(path, `${text}\n`, { flag: 'wx' });
    written.push(path);
  }
  const { summary } = await violations();
  for (const [path, , rule] of planted) {
    if (
      rule !== undefined &&
      !summary.violations.some((found) => found.from === path && found.rule.name === rule)
    ) {
      faults.push(`the check is blind: ${path} breaks ${rule} and was not reported`);
    }
  }
} finally {
  for (const path of written) rmSync(path, { force: true });
}

if (faults.length > 0) {
  process.stderr.write(`${faults.map((fault) => `✗ ${fault}`).join('\n')}\n`);
  process.exitCode = 1;
} else {
  const edges = before.modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
  process.stdout.write(
    `dependency rules hold: ${forbidden.length} rules, ${before.modules.length} modules, ${edges} imports; ${planted.filter(([, , rule]) => rule !== undefined).length} planted violations found\n`,
  );
}
