#!/usr/bin/env node
// Checks the house rules of imports over dist/, and proves that the check reads the modules: a planted violation of each
// kind must be found, and every package must have contributed modules and edges.
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

/** One planted file per rule family; each must be reported under the name given. */
const planted = [
  [
    'services/planner/dist/planted-a.js',
    "import '@marketops/publisher';\n",
    'services-never-import-each-other',
  ],
  ['shared/contracts/dist/planted-b.js', "import 'node:fs';\n", 'pure-rooms-do-no-io'],
  ['shared/proof/dist/planted-c.js', "import '../../store/dist/index.js';\n", 'proof-imports-contracts-only'],
  ['services/federation/dist/decide-planted.js', "import 'node:crypto';\n", 'deciders-do-no-io'],
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

try {
  for (const [path, text] of planted) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const { summary } = await violations();
  for (const [path, , rule] of planted) {
    if (!summary.violations.some((found) => found.from === path && found.rule.name === rule)) {
      faults.push(`the check is blind: ${path} breaks ${rule} and was not reported`);
    }
  }
} finally {
  for (const [path] of planted) rmSync(path, { force: true });
}

if (faults.length > 0) {
  process.stderr.write(`${faults.map((fault) => `✗ ${fault}`).join('\n')}\n`);
  process.exitCode = 1;
} else {
  const edges = before.modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
  process.stdout.write(
    `dependency rules hold: ${forbidden.length} rules, ${before.modules.length} modules, ${edges} imports; ${planted.length} planted violations found\n`,
  );
}
