import { parseArgs } from 'node:util';
import { doors } from './doors/all.js';
import { guardHangs } from './hang-guard.js';
import { openFuzzWorld } from './world.js';

/**
 * `npm run fuzz [-- --seconds N] [--seed S] [--door name] [--path P]`: every door in turn, N seconds each (default 30).
 * Exit code 1 where one gave way. A failure prints seed and path; the same two show it again.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    door: { type: 'string' },
    path: { type: 'string' },
  },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
const chosen = doors.filter(({ name }) => values.door === undefined || name === values.door);
if (chosen.length === 0 || !(seconds > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write(`usage: --seconds N --seed S --door <${doors.map(({ name }) => name).join('|')}>\n`);
  process.exit(2);
}
const guard = guardHangs(60_000);
const world = await openFuzzWorld();
let failed = 0;
try {
  for (const door of chosen) {
    const open = await door.open(world);
    guard.at(`${door.name}, seed ${seed}`);
    const result = await open.check({
      seed,
      ms: seconds * 1_000,
      ...(values.path === undefined ? {} : { path: values.path }),
    });
    const { failure } = result;
    await open.finish?.();
    process.stdout.write(
      failure === undefined
        ? `held    ${door.name}: ${result.inputs} inputs\n`
        : `BROKEN  ${door.name}: ${failure.reason}\n  input ${failure.input}\n  again: npm run fuzz -- --door ${door.name} --seed ${seed} --path ${failure.path}\n`,
    );
    if (failure !== undefined) failed += 1;
  }
} finally {
  await world.close();
  await guard.stop();
}
process.stdout.write(`${chosen.length} doors, seed ${seed}, ${failed} broken\n`);
process.exitCode = failed === 0 ? 0 : 1;
