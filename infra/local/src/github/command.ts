import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseSeeds } from './seed-form.js';
import { type SimulatedGitHub, startSimulatedGitHub } from './simulated-github.js';

const linesOf = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError(`--port ${text} is no port.`);
  return port;
}

/**
 * Starts a simulated GitHub as its command line says:
 *
 *   [--port N] [--seed file.json] [--tokens file] [--separate-uploads]
 *
 * The seed is one SeedRepository or a list. `--tokens` names a file with one accepted token per line: on the command
 * line every user of the machine could read them. Throws for an unknown option, a bad port, a bad seed.
 */
export function startFromCommandLine(
  args: readonly string[],
  log: (message: string) => void,
): Promise<SimulatedGitHub> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '0' },
      seed: { type: 'string' },
      tokens: { type: 'string' },
      'separate-uploads': { type: 'boolean', default: false },
    },
  });
  const { seed, tokens } = values;
  return startSimulatedGitHub({
    port: portOf(values.port),
    separateUploads: values['separate-uploads'],
    log,
    ...(seed === undefined ? {} : { seed: parseSeeds(JSON.parse(readFileSync(seed, 'utf8'))) }),
    ...(tokens === undefined ? {} : { tokens: linesOf(tokens) }),
  });
}
