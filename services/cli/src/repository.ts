import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from './errors.js';

/** The repository's root: three folders up, from `src/` as well as from `dist/`. */
export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** A program of another workspace, as built. @throws CliError `program_missing` */
export function builtProgram(path: string): string {
  const program = join(repositoryRoot, path);
  if (existsSync(program)) return program;
  throw new CliError('program_missing', `${program} is not there`, { next: 'Run npm run build.' });
}
