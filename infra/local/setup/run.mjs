import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ROOT } from './report.mjs';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a Node program in our place: its terminal is ours, signals reach it, its exit code is the answer. */
export async function run(program, args, environment = {}) {
  const child = spawn(process.execPath, [...program, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const forward = (signal) => {
    // At a terminal Ctrl-C reaches the child without us; a second one would mean "at once" to it.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    return await ending(child);
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}

/** The exit code, or as shells have it 128 and the number of the signal that ended the child. */
function ending(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Runs a tool whose output is chatter. It is kept, and comes back with the exit code, to be shown on failure. */
export async function runQuietly(command, args, environment = {}) {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    // npm is a .cmd file on Windows, which needs a shell there.
    shell: command.endsWith('.cmd'),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const forward = (signal) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    return { code: await ending(child), output };
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}
