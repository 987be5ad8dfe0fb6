import { dirname } from 'node:path';
import type { LoadedConfig } from '@marketops/engine';
import { connectLive, orderTrust } from '@marketops/operator';
import { reasonOf, shellQuoted } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import { freezeFindings, partitionFindings } from '../doctor/redis.js';
import { exitCodes } from '../exit-codes.js';
import { allServices } from '../processes/names.js';
import type { ProcessChange } from '../processes/supervised.js';
import { startSystem } from '../processes/system.js';
import type { System, SystemOptions } from '../processes/system-options.js';
import { untilInterrupted } from '../processes/until-interrupted.js';
import { changeLine } from '../render/process-change.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';

/**
 * Starts a system, tells what happens to it line by line, and stops it in reverse order: at Ctrl-C or SIGTERM, or when its Redis keeps ending.
 * @param given what is asked of it besides; `graceMs` is how long each process has for what it has at hand
 * @throws whatever the start does, and LocalError `redis_lost`
 */
export async function runSystem(
  invocation: Invocation,
  loaded: LoadedConfig,
  { graceMs, ...given }: Omit<SystemOptions, 'dir' | 'configPath'> & { readonly graceMs?: number },
): Promise<number> {
  const { output, signal } = invocation;
  const system = await startSystem({
    services: allServices,
    ...given,
    dir: dirname(loaded.configPath),
    configPath: loaded.configPath,
    signal,
    onChange: (change) => tellChange(invocation, change),
    log: (line) => output.note(sanitize(line)),
  });
  tellReady(invocation, loaded, system, await consoleUrl(system));
  await tellClosed(invocation, system);
  const lost = await untilInterruptedOrLost(signal, system);
  output.note('Stopping, in reverse order …');
  const grace = lost === undefined ? graceMs : graceWithoutRedisMs;
  await system.stop(grace === undefined ? {} : { graceMs: grace });
  output.note('Everything has stopped.');
  if (lost !== undefined) throw lost;
  return exitCodes.held;
}

/** Without Redis a service cannot finish what it has at hand: whoever works next takes it over. */
const graceWithoutRedisMs = 2_000;

/** Why Redis was given up; undefined at Ctrl-C. Without it, everything would wait for ever. */
async function untilInterruptedOrLost(signal: AbortSignal, { redis }: System): Promise<Error | undefined> {
  const over = new AbortController();
  let fault: Error | undefined;
  void redis.lost?.then((lost) => {
    fault = lost;
    over.abort();
  });
  await untilInterrupted(AbortSignal.any([signal, over.signal]));
  return fault;
}

function tellChange({ output }: Invocation, change: ProcessChange): void {
  output.record({ time: new Date().toISOString(), ...change });
  output.line(changeLine(output, change));
}

/** As its process says it listens. */
async function consoleUrl(system: System): Promise<string> {
  const { console: said } = (await system.health('console')) as {
    readonly console?: { readonly url?: string };
  };
  return `http://${said?.url ?? 'unknown'}`;
}

function tellReady(
  { output, configNamed, configPath }: Invocation,
  loaded: LoadedConfig,
  system: System,
  consoleAt: string,
): void {
  const { paint } = output;
  const config = configNamed ? ` --config ${shellQuoted(configPath)}` : '';
  const github = system.githubSimulated
    ? `simulated, at ${system.url}: nothing reaches the real one`
    : system.url;
  output.record({
    time: new Date().toISOString(),
    ready: true,
    console: consoleAt,
    github: system.url,
    github_simulated: system.githubSimulated,
    redis: system.redis.describe,
    pids: system.pids,
    redis_pid: system.redis.pid ?? null,
  });
  output.line();
  output.line(paint.green(paint.bold('Everything is up.')));
  output.line(`  ${paint.dim('redis ')}  ${sanitize(system.redis.describe)}`);
  output.line(`  ${paint.dim('github')}  ${sanitize(github)}`);
  output.line(`  ${paint.dim('console')} ${sanitize(consoleAt)}, with a key of marketops api-key add`);
  output.line(`  ${paint.dim('logs  ')}  ${sanitize(shownPath(`${loaded.dataDir}/logs`))}`);
  output.line();
  output.line(`  In another terminal:  marketops submit <plan>${config} --wait`);
  output.line('  Ctrl-C stops everything.');
  output.line();
}

/** What would keep everything waiting, told at once instead of left to be wondered at. Nothing ends because of it. */
async function tellClosed(invocation: Invocation, system: System): Promise<void> {
  try {
    await lookForClosed(invocation, system);
  } catch (fault) {
    // Redis may have gone in this very moment, and is being started again.
    invocation.output.note(sanitize(`What is closed or frozen could not be looked at: ${reasonOf(fault)}`));
  }
}

async function lookForClosed({ output }: Invocation, { loaded }: System): Promise<void> {
  const live = await connectLive(loaded, {});
  try {
    const trust = orderTrust(loaded, {}, live);
    const findings = [...(await partitionFindings(live)), ...(await freezeFindings(live, trust))];
    const troubles = findings.filter(({ verdict }) => verdict !== 'ok');
    for (const { verdict, detail, next = '' } of troubles) {
      output.record({ time: new Date().toISOString(), trouble: verdict, detail, next });
      output.line(output.paint.yellow(sanitize(`${detail}. ${next}`)));
    }
  } finally {
    await live.close();
  }
}
