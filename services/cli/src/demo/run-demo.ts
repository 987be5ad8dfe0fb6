import { checksOf, collectWords, compareWords, openRuns, type Runs, redisPlace } from '@marketops/operator';
import { verifyLedger } from '@marketops/operator/reading';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { Output } from '../output.js';
import { exampleRepositories } from '../processes/simulated-github.js';
import { startSystem } from '../processes/system.js';
import type { System } from '../processes/system-options.js';
import { sanitize } from '../sanitize.js';
import { type Example, writeExample } from './example.js';
import { type Expectations, openExpectations } from './expectations.js';
import { githubView } from './github-view.js';
import { judgeDryRun, judgeEffects, judgeLedger, judgeProdRun } from './judge.js';
import { oneRun } from './one-run.js';
import { chooseRedis } from './redis-choice.js';
import type { DemoEvidence } from './render.js';
import type { Story } from './story.js';

export interface DemoOptions {
  readonly folder: string;
  readonly output: Output;
  readonly story: Story;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** A demo whose system still runs; whoever called stops it. */
export interface RunningDemo {
  readonly system: System;
  readonly otherRedis: boolean;
  /** The dry run, the prod run, and what must hold. Never stops the system. */
  play(): Promise<{ readonly evidence: DemoEvidence; readonly expectations: Expectations }>;
}

/** Writes the example and starts everything. */
export async function startDemo({ folder, output, story, env, signal }: DemoOptions): Promise<RunningDemo> {
  story.step('Start: Redis, a simulated GitHub, and four services as processes of their own');
  const startedMs = Date.now();
  const choice = await chooseRedis(env);
  if (choice.reason !== undefined) story.detail(choice.reason);
  const system = await startSystem({
    dir: folder,
    signal,
    github: 'simulated',
    repositories: exampleRepositories,
    // Visibly so: the story says what that means where it comes to it.
    allowNonDurableRedis: true,
    ...(choice.sources === undefined ? {} : { redisSources: choice.sources }),
    onRedis: (redis) => story.redis(redis),
    onChange: (change) => story.process(change),
    log: (line) => story.detail(sanitize(line)),
  });
  const startMs = Date.now() - startedMs;
  const example = writeExample(folder);
  const otherRedis = choice.sources !== undefined;
  const play = async () => {
    // Whatever REDIS_URL says outside, in here it is the running system's own.
    const runs = await openRuns(system.loaded, { ...env, REDIS_URL: '' });
    try {
      return await playOver(system, runs, example, { output, story, signal, startMs });
    } finally {
      await runs.close();
    }
  };
  return { system, otherRedis, play };
}

interface Stage {
  readonly output: Output;
  readonly story: Story;
  readonly signal: AbortSignal;
  readonly startMs: number;
}

async function playOver(
  system: System,
  runs: Runs,
  example: Example,
  { output, story, signal, startMs }: Stage,
): Promise<{ evidence: DemoEvidence; expectations: Expectations }> {
  const { loaded } = system;
  const expectations = openExpectations();
  const github = githubView(system.url, signal);
  const run = (mode: 'dry_run' | 'prod') =>
    oneRun({ loaded, runs, planPath: example.planPath, mode, output, signal });

  story.step('A dry run: what would ship? Nothing of it can have an effect');
  const dryRun = await run('dry_run');
  const afterDryRun = await github.requests();
  judgeDryRun(expectations, dryRun.record, afterDryRun);
  const { paint } = output;
  const proof = `GitHub's own log: ${afterDryRun.reads} reads, ${afterDryRun.writes} writes`;
  story.detail(afterDryRun.writes === 0 ? paint.green(proof) : paint.red(proof));

  story.step('The same plan in prod: each operation waits for its receipt, each receipt for the ledger');
  const prod = await run('prod');
  const trust = { config: loaded.config, keyring: openKeyring(nodeCrypto, loaded.keyring) };
  const checks = new Map(prod.record.operations.map((one) => [one.id, checksOf(prod.record, one, trust)]));
  judgeProdRun(expectations, prod.record, checks);

  const effects = {
    requests: await github.requests(),
    release: await github.release('acme/widgets', 'v1.4.0'),
    releases: await github.releaseCount('acme/widgets'),
    tagCommit: await github.tagCommit('acme/widgets', 'v1.4.0'),
    pulls: await github.pulls('acme/website'),
  };
  judgeEffects(expectations, prod.record, effects, example);

  const words = await collectWords(redisPlace(loaded, {}));
  const verification = await verifyLedger(loaded);
  const acknowledgements = compareWords(words, {
    keyring: trust.keyring,
    journal: verification.report,
    ledger: runs.ledger,
  });
  judgeLedger(expectations, [dryRun.record, prod.record], verification, acknowledgements);
  return { evidence: { dryRun, prod, checks, effects, verification, startMs }, expectations };
}
