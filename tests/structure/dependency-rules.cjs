/**
 * The house rules of imports, for dependency-cruiser. It reads the compiled modules in dist/: on TypeScript 7 sources it
 * finds nothing and passes, which is why check-dependencies.mjs also proves that it has read them.
 */
const pure = '^shared/(contracts|proof|verifier)/dist/';
const deciders = [
  '^services/[^/]+/dist/decide[^/]*\\.js$',
  '^services/[^/]+/dist/(deciding|gate|stages)/',
  '^shared/policy/dist/hearing/',
];
const redeciding = '^services/cli/dist/replay/checking/';
const decidersDoor = '^services/(planner|federation|publisher)/dist/deciding/index\\.js$';
/**
 * The replay of the ledger, and what else reads the ledger's files alone: all that `@marketops/operator/reading` has. What reads
 * Redis too (`--live`) comes through that package's own door.
 */
const replaying = [
  '^services/cli/dist/replay/',
  '^services/cli/dist/actions/(replay-[^/]+|events-all)\\.js$',
  '^shared/operator/dist/(reading|words)\\.js$',
  '^shared/operator/dist/replay/',
];
const connecting = [
  '^(node:)?(net|http|http2|https|tls|dgram|dns|dns/promises|child_process|cluster|worker_threads|inspector|wasi)$',
  'node_modules/(ioredis|bullmq|undici|@octokit|ws|node-fetch|axios|got)/',
];
const replayPackages =
  'node_modules/(zod|yaml|lmdb|picocolors|commander|cli-table3|@cedar-policy/cedar-wasm)/';
const tests = '(\\.(test|contract|property|bench)\\.js$|/(testing|test-kit)/)';

module.exports = {
  forbidden: [
    {
      name: 'services-never-import-each-other',
      comment:
        'Services meet in shared/ and in queues. A replay decides again with their deciders; see the next rule.',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: redeciding },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'replay-imports-deciders-only',
      comment:
        'Of the services, what decides again may import the one door that holds pure deciders and folds.',
      severity: 'error',
      from: { path: redeciding },
      to: { path: '^services/', pathNot: ['^services/cli/', decidersDoor] },
    },
    {
      name: 'replay-reaches-no-network',
      comment:
        'A replay can have no effect: from it no module is reachable that can open a connection or start a process.',
      severity: 'error',
      from: { path: replaying, pathNot: tests },
      to: { path: connecting, reachable: true },
    },
    {
      name: 'replay-reaches-known-packages-only',
      comment:
        'Packages are not looked into: each that a replay may reach is named here, and needs no network.',
      severity: 'error',
      from: { path: replaying, pathNot: tests },
      to: { path: 'node_modules/', pathNot: replayPackages, reachable: true },
    },
    {
      name: 'shared-knows-no-service',
      comment: 'shared/ is below the services.',
      severity: 'error',
      from: { path: '^(shared|infra)/', pathNot: tests },
      to: { path: '^services/' },
    },
    {
      name: 'operator-knows-no-terminal',
      comment:
        'What the command and the console share neither prints nor asks: whoever carries an order has their own way to talk.',
      severity: 'error',
      from: { path: '^shared/operator/dist/', pathNot: tests },
      to: {
        path: [
          'node_modules/(commander|picocolors|cli-table3|hono|@hono|react)/',
          '^(node:)?(readline|readline/promises|tty|repl)$',
        ],
      },
    },
    {
      name: 'contracts-import-nothing-of-ours',
      comment: 'The language depends on no one.',
      severity: 'error',
      from: { path: '^shared/contracts/dist/', pathNot: tests },
      to: { path: '^(shared/(?!contracts)|services|infra|tests)' },
    },
    {
      name: 'files-import-nothing-of-ours',
      comment:
        'How a file is written durably is the same for everyone, and each tells its faults in words of their own.',
      severity: 'error',
      from: { path: '^shared/files/dist/', pathNot: tests },
      to: { path: '^(shared/(?!files)|services|infra|tests)' },
    },
    {
      name: 'proof-imports-contracts-only',
      severity: 'error',
      from: { path: '^shared/proof/dist/', pathNot: tests },
      to: { path: '^(shared/(?!contracts|proof)|services|infra|tests)' },
    },
    {
      name: 'verifier-shares-nothing-with-the-writer',
      comment:
        'What a stranger verifies with derives everything again: it knows the language and the cryptography only.',
      severity: 'error',
      from: { path: '^shared/verifier/dist/', pathNot: tests },
      to: { path: '^(shared/(?!contracts|proof|verifier)|services|infra|tests)' },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment:
        'In shared/proof only node.ts may touch crypto, in shared/verifier only node.ts and node/ files; contracts touch nothing.',
      severity: 'error',
      from: {
        path: pure,
        pathNot: [tests, '^shared/(proof|verifier)/dist/node\\.js$', '^shared/verifier/dist/(command|node)/'],
      },
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
  // Not for the cruiser: for the check of what calls out without importing anything.
  replaying,
  tests,
};
