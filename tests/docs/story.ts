import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './error-codes.js';

/** A fenced block of shell commands. `sh background` is left running while the rest goes on. */
export interface ShellBlock {
  readonly background: boolean;
  readonly script: string;
}

/** The shell blocks of a document, in order. Blocks marked `text`, `js`, `yaml` are not for a shell. */
export function shellBlocks(document: string): ShellBlock[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```sh( background)?\n([\s\S]*?)^```$/gm)].map(([, background, script = '']) => ({
    background: background !== undefined,
    script,
  }));
}
