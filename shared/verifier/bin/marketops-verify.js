#!/usr/bin/env node
// Not built but in git: npm links a command only if it is there when it installs, and that is before the first build.
import { existsSync } from 'node:fs';

const main = new URL('../dist/command/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write(
    'error  marketops-verify has not been built\n code  program_missing\n next  Run npm run build.\n',
  );
  process.exitCode = 1;
}
