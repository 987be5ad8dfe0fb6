import { parseArgs } from 'node:util';
import { runScenario, type ScenarioResult } from './run-scenario.js';
import { scenarios } from './scenarios.js';

/**
 * `npm run chaos [-- --only <name>] [--runs N] [--json]`. Each scenario breaks something in the middle of a batch of
 * runs; afterwards every run must have completed with exactly one release, every stream be gapless and the chain
 * verify. Exit code 1 on any violation.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const chosen = scenarios.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  process.stderr.write(
    `there is no scenario ${values.only}; there are ${scenarios.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}
const results: ScenarioResult[] = [];
for (const scenario of chosen) {
  process.stderr.write(`${scenario.name}: ${scenario.what} …\n`);
  results.push(await runScenario(scenario, Number(values.runs), 180_000));
}
const violations = results.reduce((sum, result) => sum + result.violations.length, 0);
process.stdout.write(
  values.json ? `${JSON.stringify({ results, violations })}\n` : report(results, violations),
);
process.exitCode = violations === 0 ? 0 : 1;

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
