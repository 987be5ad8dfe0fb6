import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseApps, parseTokens } from './access/access-form.js';
import type { SeedToken } from './access/credentials.js';
import { parseLimits } from './limits/options.js';
import { parseSeeds } from './seed-form.js';
import { type SimulatedGitHub, startSimulatedGitHub } from './simulated-github.js';

const linesOf = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const jsonOf = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

const tokenOf = (line: string): (string | SeedToken)[] =>
  line.startsWith('{') ? parseTokens(JSON.parse(line)) : [line];

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError(`--port ${text} is no port.`);
  return port;
}

/**
 * Starts a simulated GitHub as its command line says:
 *
 *   [--port N] [--seed file.json] [--tokens file] [--apps file.json] [--limits file.json] [--separate-uploads | --enterprise]
 *
 * The seed is one SeedRepository or a list. `--tokens` names a file with one accepted token per line, as it is or as a
 * SeedToken in JSON: on the command line every user of the machine could read them. `--apps` has one SeedApp or a list,
 * `--limits` LimitOptions: `{}` enforces GitHub's own. Throws for an unknown option, a bad port, a bad seed.
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
      apps: { type: 'string' },
      limits: { type: 'string' },
      'separate-uploads': { type: 'boolean', default: false },
      enterprise: { type: 'boolean', default: false },
    },
  });
  const { seed, tokens, apps, limits } = values;
  return startSimulatedGitHub({
    port: portOf(values.port),
    separateUploads: values['separate-uploads'],
    enterprise: values.enterprise,
    log,
    ...(seed === undefined ? {} : { seed: parseSeeds(jsonOf(seed)) }),
    ...(tokens === undefined ? {} : { tokens: linesOf(tokens).flatMap(tokenOf) }),
    ...(apps === undefined ? {} : { apps: parseApps(jsonOf(apps)) }),
    ...(limits === undefined ? {} : { limits: parseLimits(jsonOf(limits)) }),
  });
}
