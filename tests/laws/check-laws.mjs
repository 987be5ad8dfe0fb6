#!/usr/bin/env node
// Lists every law of docs/laws.md with the tests whose names carry its id, and fails when an active law has none, when
// a test names a law that is not in the list, or when the list has lost a law it must have. The names are those that
// vitest itself collects, tables and describe blocks included.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const mandatory =
  'D1 D2 D3 D4 D5 P1 P2 P3 P4 P5 P6 P7 P8 F1 F2 F3 F4 F5 E1 E2 E3 R1 R2 R3 X1 X2 X3 L1 L2 L3 O1 O2 C1 C2'.split(
    ' ',
  );
const lawId = /\b([DPFERXLOC]\d)\b/g;

function laws() {
  const rows = readFileSync(join(root, 'docs/laws.md'), 'utf8').matchAll(
    /^\| *([A-Z]\d) *\| (.+?) *\| (active|planned: .+?) *\|$/gm,
  );
  return new Map([...rows].map(([, id, sentence, status]) => [id, { sentence, status }]));
}

function collectedTests() {
  const folder = mkdtempSync(join(tmpdir(), 'marketops-laws-'));
  try {
    const list = join(folder, 'tests.json');
    execFileSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'list', `--json=${list}`], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 300_000,
    });
    return JSON.parse(readFileSync(list, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function testsByLaw() {
  const found = new Map();
  for (const { name, file } of collectedTests()) {
    for (const id of new Set([...name.matchAll(lawId)].map(([, id]) => id))) {
      found.set(id, [...(found.get(id) ?? []), `${relative(root, file)} › ${name}`]);
    }
  }
  return found;
}

const known = laws();
const tests = testsByLaw();
const faults = [];
for (const id of mandatory) if (!known.has(id)) faults.push(`${id} is missing from docs/laws.md`);
for (const [id, { sentence, status }] of known) {
  const names = tests.get(id) ?? [];
  const planned = status === 'active' ? '' : `[${status}] `;
  process.stdout.write(`${id}  ${String(names.length).padStart(3)} tests  ${planned}${sentence}\n`);
  if (process.argv.includes('--tests')) for (const name of names) process.stdout.write(`       ${name}\n`);
  if (status === 'active' && names.length === 0) faults.push(`${id} has no test whose name carries it`);
}
for (const [id, names] of tests) if (!known.has(id)) faults.push(`${names[0]} names ${id}, which is no law`);
if (faults.length > 0) {
  process.stderr.write(`\n${faults.map((fault) => `✗ ${fault}`).join('\n')}\n`);
  process.exitCode = 1;
}
