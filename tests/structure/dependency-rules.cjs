/**
 * The house rules of imports, for dependency-cruiser. It reads the compiled modules in dist/: on TypeScript 7 sources it
 * finds nothing and passes, which is why check-dependencies.mjs also proves that it has read them.
 */
const pure = '^shared/(contracts|proof)/dist/';
const deciders = [
  '^services/[^/]+/dist/decide[^/]*\\.js$',
  '^services/[^/]+/dist/(deciding|gate|stages)/',
  '^shared/policy/dist/hearing/',
];
const tests = '(\\.(test|contract|property|bench)\\.js$|/testing/)';

module.exports = {
  forbidden: [
    {
      name: 'services-never-import-each-other',
      comment: 'Services meet in shared/ and in queues.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'shared-knows-no-service',
      comment: 'shared/ is below the services.',
      severity: 'error',
      from: { path: '^(shared|infra)/', pathNot: tests },
      to: { path: '^services/' },
    },
    {
      name: 'contracts-import-nothing-of-ours',
      comment: 'The language depends on no one.',
      severity: 'error',
      from: { path: '^shared/contracts/dist/', pathNot: tests },
      to: { path: '^(shared/(?!contracts)|services|infra|tests)' },
    },
    {
      name: 'proof-imports-contracts-only',
      severity: 'error',
      from: { path: '^shared/proof/dist/', pathNot: tests },
      to: { path: '^(shared/(?!contracts|proof)|services|infra|tests)' },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment: 'In shared/proof only node.ts may touch crypto; contracts touch nothing.',
      severity: 'error',
      from: { path: pure, pathNot: [tests, '^shared/proof/dist/node\\.js$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-rooms-know-no-driver',
      severity: 'error',
      from: { path: [pure, ...deciders], pathNot: tests },
      to: { path: 'node_modules/(bullmq|ioredis|@octokit|pino|lmdb)/' },
    },
    {
      name: 'deciders-do-no-io',
      comment: 'Stages, the gate and whatever is named after deciding take values and return values.',
      severity: 'error',
      from: {
        path: deciders,
        pathNot: tests,
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-github-builds-an-octokit',
      severity: 'error',
      from: { path: '^(shared|services|infra)/', pathNot: '^shared/github/' },
      to: { path: 'node_modules/@octokit/(?!openapi)' },
    },
    { name: 'no-circles', severity: 'error', from: { pathNot: tests }, to: { circular: true } },
  ],
  options: {
    // Not followed, but not excluded either: a rule about a package sees nothing of what is excluded.
    doNotFollow: { path: 'node_modules' },
    preserveSymlinks: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
    moduleSystems: ['es6', 'cjs'],
  },
};
