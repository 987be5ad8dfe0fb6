#!/usr/bin/env node
// Lists every law of docs/laws.md with the tests whose names carry its id, and fails when an active law has none, when
// a test names a law that is not in the list, or when the list has lost a law it must have.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const mandatory =
  'D1 D2 D3 D4 D5 P1 P2 P3 P4 P5 P6 P7 P8 F1 F2 F3 F4 F5 E1 E2 E3 R1 R2 R3 X1 X2 X3 L1 L2 L3 O1 O2 C1 C2'.split(
    ' ',
  );
const lawId = /\b([DPFERXLOC]\d)\b/g;

function laws() {
  const rows = readFileSync(join(root, 'docs/laws.md'), 'utf8').matchAll(
    /^\| ([A-Z]\d) \| (.+) \| (active|planned: .+) \|$/gm,
  );
  return new Map([...rows].map(([, id, sentence, status]) => [id, { sentence, status }]));
}

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ['node_modules', 'dist', '.git', '.marketops'].includes(entry.name) ? [] : testFiles(path);
    return /\.(test|contract)\.ts$/.test(entry.name) ? [path] : [];
  });
}

/** The names given to `it` and `test`, with the law ids they carry: `E1, X2: given …`. */
function testsByLaw() {
  const found = new Map();
  for (const path of ['shared', 'services', 'infra', 'tests'].flatMap((folder) =>
    testFiles(join(root, folder)),
  )) {
    const names = readFileSync(path, 'utf8').matchAll(
      /\b(?:it|test)(?:\.each\([^)]*\)|\.skipIf\([^)]*\))?\(\s*(['"`])((?:(?!\1)[\s\S])*)\1/g,
    );
    for (const [, , name] of names) {
      for (const [, id] of name.matchAll(lawId)) {
        found.set(id, [...(found.get(id) ?? []), `${path.slice(root.length + 1)} › ${name}`]);
      }
    }
  }
  return found;
}

const known = laws();
const tests = testsByLaw();
const faults = [];
for (const id of mandatory) if (!known.has(id)) faults.push(`${id} is missing from docs/laws.md`);
for (const [id, { sentence, status }] of known) {
  const count = tests.get(id)?.length ?? 0;
  process.stdout.write(
    `${id}  ${String(count).padStart(3)} tests  ${status === 'active' ? '' : `[${status}] `}${sentence}\n`,
  );
  if (process.argv.includes('--tests'))
    for (const name of tests.get(id) ?? []) process.stdout.write(`       ${name}\n`);
  if (status === 'active' && count === 0) faults.push(`${id} has no test whose name carries it`);
}
for (const [id, names] of tests) if (!known.has(id)) faults.push(`${names[0]} names ${id}, which is no law`);
if (faults.length > 0) {
  process.stderr.write(`\n${faults.map((fault) => `✗ ${fault}`).join('\n')}\n`);
  process.exitCode = 1;
}
