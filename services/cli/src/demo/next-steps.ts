import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { ProvidedRedis } from '@marketops/local';
import { shellQuoted } from '@marketops/operator/words';
import { artifactsFolder } from '../config-text.js';
import { repositoryRoot } from '../repository.js';
import { shownPath } from '../shown-path.js';

export interface NextStep {
  readonly command: string;
  readonly purpose: string;
}

export interface NextStepsOptions {
  readonly folder: string;
  readonly prodRunId: string;
  readonly running: boolean;
  /** Where its Redis came from: one in JavaScript has forgotten everything by now. */
  readonly redis: Pick<ProvidedRedis, 'source' | 'durable'>;
  /** True where REDIS_URL is set and was not used. */
  readonly otherRedis: boolean;
}

/** Commands to paste, from the folder the demo was started in; each works as it stands. */
export function nextSteps({ folder, prodRunId, running, redis, otherRedis }: NextStepsOptions): NextStep[] {
  const marketops = `${otherRedis ? 'env -u REDIS_URL ' : ''}${commandHere()}`;
  const at = (path: string): string => shellQuoted(shownPath(path));
  const config = `--config ${at(join(folder, 'marketops.yml'))}`;
  const plan = at(join(folder, artifactsFolder, 'plan.yml'));
  const copy = `${folder}-tampered`;
  const reading: NextStep[] = [
    { command: `${marketops} timeline ${prodRunId} ${config}`, purpose: 'what happened when' },
    { command: `${marketops} show ${prodRunId} ${config}`, purpose: 'receipts and checks whole' },
    { command: `${marketops} verify ${config}`, purpose: 'the ledger again, from its first entry' },
    {
      command: [
        `cp -R ${at(folder)} ${at(copy)}`,
        `perl -pi -e 's/v1\\.4\\.0/v6.6.6/' ${at(join(copy, '.marketops/ledger/journal'))}/*.jsonl`,
        `${marketops} verify --config ${at(join(copy, 'marketops.yml'))}`,
      ].join(' && '),
      purpose: 'change history in a copy, and see it named',
    },
  ];
  const submit = `${marketops} submit ${plan} ${config} --wait`;
  if (running) {
    return [
      ...reading,
      { command: submit, purpose: 'the dry run again, as a new run' },
      { command: `${marketops} doctor ${config}`, purpose: 'how it is' },
    ];
  }
  // The ledger remembers, and does not go on over a Redis that has lost what it acknowledged.
  if (redis.source === 'javascript') return reading;
  const flag = redis.durable ? '' : ' --allow-non-durable-redis';
  return [
    ...reading,
    {
      command: `${marketops} dev ${config}${flag}`,
      purpose: 'bring it up again, over the same ledger; then, in another terminal:',
    },
    {
      command: `${submit} --mode prod`,
      purpose: 'ship again (the simulated GitHub has forgotten the first time)',
    },
  ];
}

/** How this command is called from here: by name where npm has linked it, else by its path. */
function commandHere(): string {
  const linked = join(repositoryRoot, 'node_modules', '.bin', 'marketops');
  if (join(process.cwd(), '/') === join(repositoryRoot, '/') && isExecutable(linked)) return 'npx marketops';
  return `node ${shellQuoted(shownPath(join(repositoryRoot, 'services', 'cli', 'dist', 'main.js')))}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
