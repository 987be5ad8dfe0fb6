#!/usr/bin/env node
// Checks the house rules of imports over dist/, and proves that the check reads the modules: a planted violation of each
// rule must be found, and every package must have contributed modules and edges.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
process.chdir(root);
const { forbidden, options, replaying, tests } = createRequire(import.meta.url)('./dependency-rules.cjs');

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

const plantedFetch = 'services/cli/dist/replay/planted-fetch.js';

/** At least one planted file per rule; each must be reported under the name given. */
const planted = [
  ['services/planner/dist/planted.js', "import '@marketops/publisher';", 'services-never-import-each-other'],
  // One door per service, for what decides again, and for nothing else.
  [
    'services/cli/dist/planted-door.js',
    "import '@marketops/federation/deciding';",
    'services-never-import-each-other',
  ],
  [
    'services/cli/dist/replay/planted-door.js',
    "import '@marketops/federation/deciding';",
    'services-never-import-each-other',
  ],
  [
    'services/cli/dist/replay/checking/planted.js',
    "import '@marketops/federation';",
    'replay-imports-deciders-only',
  ],
  [
    'services/cli/dist/replay/checking/planted-past-the-door.js',
    "import '../../../../federation/dist/mint.js';",
    'replay-imports-deciders-only',
  ],
  ['services/cli/dist/replay/planted-net.js', "import 'node:https';", 'replay-reaches-no-network'],
  ['services/cli/dist/replay/planted-redis.js', "import '@marketops/operator';", 'replay-reaches-no-network'],
  [
    'shared/operator/dist/replay/planted-redis.js',
    "import '../system/live.js';",
    'replay-reaches-no-network',
  ],
  [
    'services/cli/dist/replay/planted-late.js',
    "await import('@marketops/operator');",
    'replay-reaches-no-network',
  ],
  ['services/cli/dist/replay/planted-package.js', "import 'ulid';", 'replay-reaches-known-packages-only'],
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
  ['shared/files/dist/planted.js', "import '../../contracts/dist/index.js';", 'files-import-nothing-of-ours'],
  ['shared/operator/dist/planted-prompt.js', "import 'node:readline';", 'operator-knows-no-terminal'],
  ['shared/operator/dist/planted-colours.js', "import 'picocolors';", 'operator-knows-no-terminal'],
  ['shared/proof/dist/planted.js', "import '../../store/dist/index.js';", 'proof-imports-contracts-only'],
  [
    'shared/verifier/dist/planted.js',
    "import '../../store/dist/index.js';",
    'verifier-shares-nothing-with-the-writer',
  ],
  [
    'shared/verifier/dist/command/planted.js',
    "import '@marketops/journal';",
    'verifier-shares-nothing-with-the-writer',
  ],
  ['shared/verifier/dist/planted-io.js', "import 'node:fs';", 'pure-rooms-do-no-io'],
  ['shared/contracts/dist/planted-io.js', "import 'node:fs';", 'pure-rooms-do-no-io'],
  ['shared/proof/dist/planted-web.js', "import 'node:crypto';", 'pure-rooms-do-no-io'],
  ['shared/proof/dist/planted-driver.js', "import 'ioredis';", 'pure-rooms-know-no-driver'],
  ['services/publisher/dist/gate/planted-driver.js', "import 'ioredis';", 'pure-rooms-know-no-driver'],
  ['services/federation/dist/decide-planted.js', "import 'node:crypto';", 'deciders-do-no-io'],
  ['services/publisher/dist/deciding/planted.js', "import 'node:crypto';", 'deciders-do-no-io'],
  ['services/publisher/dist/planted.js', "import '@octokit/request';", 'only-github-builds-an-octokit'],
  ['services/ledger/dist/planted-a.js', "import './planted-b.js';", 'no-circles'],
  // Found by what it calls: no rule of imports sees it.
  [plantedFetch, "fetch('http://127.0.0.1');", undefined],
  // One import of a circle is reported; which one is the walk's affair.
  ['services/ledger/dist/planted-b.js', "import './planted-a.js';", undefined],
];

/** What connects without being imported. */
const connectingGlobals = /\b(?:fetch|WebSocket|EventSource|XMLHttpRequest)\s*\(/;

/** Modules of ours that a replay reaches and that call a global which opens a connection. */
function callingOut({ modules }) {
  const bySource = new Map(modules.map((one) => [one.source, one]));
  const from = modules.filter(({ source }) => replaying.some((form) => new RegExp(form).test(source)));
  const reached = new Set();
  const open = from.filter(({ source }) => !new RegExp(tests).test(source)).map(({ source }) => source);
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    if (reached.has(source)) continue;
    reached.add(source);
    for (const { resolved } of bySource.get(source)?.dependencies ?? []) open.push(resolved);
  }
  const ours = [...reached].filter((source) => folders.some((room) => source.startsWith(`${room}/`)));
  if (ours.length < 50) faults.push(`a replay reaches ${ours.length} modules; is it built?`);
  return ours.filter((source) => connectingGlobals.test(withoutComments(readFileSync(source, 'utf8'))));
}

const withoutComments = (text) => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

const faults = [];
const before = await violations();
for (const source of callingOut(before)) faults.push(`a replay reaches ${source}, which can call out`);
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
  const { summary, modules } = await violations();
  if (!callingOut({ modules }).includes(plantedFetch))
    faults.push(`the check is blind: ${plantedFetch} calls out and was not reported`);
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
