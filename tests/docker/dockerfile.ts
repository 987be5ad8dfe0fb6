import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './compose.js';

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The stages of infra/docker/Dockerfile, in order, with their instructions; continued lines are joined. */
export function readDockerfile(): Instruction[][] {
  const text = readFileSync(join(root, 'infra/docker/Dockerfile'), 'utf8');
  const lines = text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [name = ''] = line.split(' ');
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name, text: line.slice(name.length + 1) });
  }
  return stages;
}

/** What a stage copies, each from the folder of the build (or of another stage) to a place in the image. */
export const copiesOf = (stage: readonly Instruction[]): { from: readonly string[]; to: string }[] =>
  stage.flatMap(({ name, text }) => {
    if (name !== 'COPY') return [];
    const words = text.split(/ +/).filter((word) => !word.startsWith('--'));
    return [{ from: words.slice(0, -1), to: words.at(-1) ?? '' }];
  });

/** The command that lays out what docker-compose.yml mounts over: it is run as it is, in another root. */
export function layoutCommand(): string {
  const [, image = []] = readDockerfile();
  const runs = image.filter(({ name }) => name === 'RUN');
  const [layout, ...others] = runs;
  if (layout === undefined || others.length > 0) throw new RangeError('the image has one RUN: its layout');
  return layout.text;
}
