import { parseArgs } from 'node:util';
import { ledgerTakeoverScenario } from './ledger-takeover.js';
import { limitsScenario } from './limits-scenario.js';
import { type MatrixScenario, matrices } from './matrices.js';
import { redisLostScenario } from './redis-lost/scenario.js';
import { runScenario, type ScenarioResult } from './run-scenario.js';
import { scenarios } from './scenarios.js';

/**
 * `npm run chaos [-- --only <name>] [--runs N] [--json]`. Each scenario breaks something in the middle of a batch of
 * runs; afterwards every run must have completed with exactly one release, every stream be gapless and the chain
 * verify. A matrix breaks something in each of hundreds of runs by itself. Exit code 1 on any violation.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const matrix = matrices[values.only ?? ''];
process.exitCode = matrix === undefined ? await runScenarios() : await runMatrix(matrix);

async function runMatrix({ what, run }: MatrixScenario): Promise<number> {
  say(`${values.only}: ${what} …`);
  const { violations, text, json } = await run(say);
  process.stdout.write(values.json ? `${json}\n` : text);
  return violations === 0 ? 0 : 1;
}

async function runScenarios(): Promise<number> {
  const chosen = scenarios.filter(({ name }) => values.only === undefined || name === values.only);
  const limitsToo = values.only === limitsScenario.name;
  const lostToo = values.only === redisLostScenario.name;
  const takeoverToo = values.only === ledgerTakeoverScenario.name;
  if (chosen.length === 0 && !limitsToo && !lostToo && !takeoverToo) {
    const known = [
      ...[...scenarios, limitsScenario, redisLostScenario, ledgerTakeoverScenario].map(({ name }) => name),
      ...Object.keys(matrices),
    ];
    say(`there is no scenario ${values.only}; there are ${known.join(', ')}`);
    return 2;
  }
  const results: ScenarioResult[] = [];
  for (const scenario of chosen) {
    say(`${scenario.name}: ${scenario.what} …`);
    results.push(await runScenario(scenario, Number(values.runs ?? 200), 180_000));
  }
  if (limitsToo) {
    say(`${limitsScenario.name}: ${limitsScenario.what} …`);
    results.push(await limitsScenario.run());
  }
  if (lostToo) {
    say(`${redisLostScenario.name}: ${redisLostScenario.what} …`);
    results.push(...(await redisLostScenario.run(Number(values.runs ?? redisLostScenario.runsDefault))));
  }
  if (takeoverToo) {
    say(`${ledgerTakeoverScenario.name}: ${ledgerTakeoverScenario.what} …`);
    results.push(await ledgerTakeoverScenario.run(Number(values.runs ?? ledgerTakeoverScenario.runsDefault)));
  }
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0);
  process.stdout.write(
    values.json ? `${JSON.stringify({ results, violations })}\n` : report(results, violations),
  );
  return violations === 0 ? 0 : 1;
}

function report(all: readonly ScenarioResult[], violated: number): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const lines = all.map(({ name, runs, seconds, recoverySeconds, violations: found }) => {
    const recovery = recoverySeconds === null ? '' : `, ${recoverySeconds.toFixed(1)} s after the crash`;
    return `${found.length === 0 ? 'held  ' : 'BROKEN'}  ${name.padEnd(width)}  ${runs} runs in ${seconds.toFixed(1)} s${recovery}`;
  });
  const details = all.flatMap(({ name, violations: found }) =>
    found.slice(0, 20).map((violation) => `  ${name}: ${violation}`),
  );
  const runs = all.reduce((sum, result) => sum + result.runs, 0);
  const summary = `${all.length} scenarios, ${runs} runs, ${violated} violations`;
  return `${[...lines, ...details, '', summary].join('\n')}\n`;
}
