import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Workspace packages resolve to their TypeScript sources, so a test never sees a stale build.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['{shared,services,infra,tests}/**/*.test.ts'],
    // What needs a browser has a command of its own: npm run test:browser.
    exclude: ['**/dist/**', '**/node_modules/**', '**/*.browser.test.ts'],
    benchmark: { exclude: ['**/dist/**', '**/node_modules/**'] },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
