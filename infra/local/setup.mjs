#!/usr/bin/env node
// One command from a fresh clone: `node infra/local/setup.mjs <demo|test|long|browser|docs|chaos|fuzz|bench> [arguments]`.
// Runs before anything is installed, so it uses Node alone. Its own lines go to stderr: stdout is the command's.
import { build } from './setup/build.mjs';
import { COMMANDS } from './setup/commands.mjs';
import { install } from './setup/install.mjs';
import { fail, SetupError } from './setup/report.mjs';
import { run } from './setup/run.mjs';

const NODE_MIN = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  throw new SetupError(
    `MarketOps needs Node ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}.`,
    'Install Node 20, 22 or 24 from https://nodejs.org and run the same command again.',
  );
}

function commandNamed(name) {
  if (Object.hasOwn(COMMANDS, name ?? '')) return COMMANDS[name];
  throw new SetupError(
    name === undefined ? 'No command was given.' : `"${name}" is not a command.`,
    `Use one of: ${Object.keys(COMMANDS).join(', ')}.`,
    2,
  );
}

async function main([name, ...args]) {
  checkNode();
  const command = commandNamed(name);
  await install();
  await build();
  const { program, environment } = await command(args);
  return run(program, args, environment);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.exitCode = fail(error);
  },
);
