import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumForTests } from './chromium.mjs';
import { redisForTests } from './redis-for-tests.mjs';
import { ROOT, SetupError } from './report.mjs';

const VITEST = ['node_modules/vitest/vitest.mjs', 'run'];

/** Whole systems that wait for leases, receipts and people: each takes half a minute. In the file's name. */
const LONG = '.long.test.ts';
/** The commands of the documents, and the containers of docker-compose.yml as processes. */
const DOCUMENTED = ['tests/docs', 'tests/docker'];

/** What each command runs, and the environment it adds. Looked up after the build, for some of it is built. */
export const COMMANDS = {
  demo: async () => ({ program: built('services/cli/dist/main.js', 'demo') }),
  test: async (args) => ({ program: testsBut(args), environment: await redisForTests() }),
  long: async () => ({ program: [...VITEST, LONG], environment: await redisForTests() }),
  browser: async () => ({
    program: [...VITEST, '--config', 'tests/browser/vitest.config.ts'],
    environment: { ...(await chromiumForTests()), ...(await redisForTests()) },
  }),
  docs: async () => ({ program: [...VITEST, ...DOCUMENTED], environment: await redisForTests() }),
  chaos: async () => ({ program: built('tests/dist/chaos/main.js') }),
  fuzz: async () => ({ program: built('tests/dist/fuzz/main.js') }),
  bench: async () => ({ program: built('tests/dist/bench/main.js') }),
};

/** What takes minutes has commands of its own, `long` and `docs`, unless it is asked for by name. */
function testsBut(args) {
  const apart = [...DOCUMENTED, LONG];
  if (args.some((arg) => apart.some((part) => arg.includes(part)))) return VITEST;
  const patterns = [...DOCUMENTED.map((folder) => `${folder}/**`), `**/*${LONG}`];
  return [...VITEST, ...patterns.flatMap((pattern) => ['--exclude', pattern])];
}

function built(file, ...args) {
  if (existsSync(join(ROOT, file))) return [file, ...args];
  throw new SetupError(
    `${file} is not there after the build.`,
    'Check that this clone is complete: git status.',
  );
}
