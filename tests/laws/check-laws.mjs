#!/usr/bin/env node
// `npm run laws`: lists every law of docs/laws.md with its tests, and fails when an active law has none, when a test
// names a law that is not in the list, when the list has lost a law, when services/cli/laws.json is not what vitest
// collects, or when a sealed law or one of its tests has changed without a recorded amendment (docs/laws.md#seals).
// Compiles itself first, which takes a moment, so that it is never older than its sources.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const compiler = join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-b', join(root, 'tests/laws')], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  timeout: 120_000,
});
const { run } = await import('../dist/laws/main.js');
process.exitCode = run(root, process.argv.slice(2));
