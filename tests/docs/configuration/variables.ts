/** A variable of the environment, as docs/configuration.md lists it. */
export interface Variable {
  readonly name: string;
  /** Who reads it. */
  readonly by: string;
  readonly otherwise: string;
  readonly meaning: string;
  /** Read by a library or by Node itself, so that no source of ours names it. */
  readonly elsewhere?: true;
}

const services = 'every service';
const all = 'every service, the command';

/**
 * Every variable that a process of MarketOps reads. Empty counts as unset everywhere; the mode is never among them (law D3). A test compares
 * this with the sources.
 */
export const variables: readonly Variable[] = [
  {
    name: 'MARKETOPS_CONFIG',
    by: all,
    otherwise: '`marketops.yml` in the working directory',
    meaning: 'The configuration file, of at most 1 MiB.',
  },
  {
    name: 'MARKETOPS_DATA_DIR',
    by: all,
    otherwise: '`.marketops` beside the file',
    meaning: 'The data folder: keyring, keys, ledger, blobs. Relative to the folder of the file.',
  },
  {
    name: 'MARKETOPS_KEYS_DIR',
    by: all,
    otherwise: '`keys/<service>` in the data folder',
    meaning:
      'The folder of the keys of this process, readable by it alone. The command’s are those of `console`.',
  },
  {
    name: 'MARKETOPS_HEALTH_PORT',
    by: services,
    otherwise: 'none',
    meaning:
      'The port where `/health` and `/metrics` answer; `0` for any free one, which the ready line names.',
  },
  {
    name: 'MARKETOPS_HEALTH_HOST',
    by: services,
    otherwise: '`127.0.0.1`',
    meaning: 'The address of that port. Whoever reaches it can read both, which hold no secret.',
  },
  {
    name: 'MARKETOPS_LOG_LEVEL',
    by: services,
    otherwise: '`info`',
    meaning:
      '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`. Anything else counts as `info`.',
  },
  {
    name: 'MARKETOPS_CONSOLE_HOST',
    by: 'console',
    otherwise: '`console.host` of the file',
    meaning: 'The address it listens on. Containers set it.',
  },
  {
    name: 'MARKETOPS_CONSOLE_PORT',
    by: 'console',
    otherwise: '`console.port` of the file',
    meaning: 'Its port. In `docker-compose.yml` also that on the host.',
  },
  {
    name: 'MARKETOPS_STANDBY',
    by: 'ledger',
    otherwise: '`wait`',
    meaning: '`refuse`: it ends with `already_running` where another ledger writes, instead of standing by.',
  },
  {
    name: 'REDIS_URL',
    by: all,
    otherwise: '`redis_url` of the file',
    meaning:
      'Where Redis is: `redis://host:port`, `rediss://host:port`, or the path of a Unix socket. `marketops dev` and `up` start one of their own where it is unset.',
  },
  {
    name: 'REDIS_USERNAME',
    by: all,
    otherwise: 'that of the URL',
    meaning: 'The Redis user of this process.',
  },
  {
    name: 'REDIS_PASSWORD',
    by: all,
    otherwise: 'that of the URL',
    meaning: 'A secret (see below): the password of that user.',
  },
  {
    name: 'GITHUB_API_URL',
    by: 'planner, federation, publisher, the command',
    otherwise: '`github.api_url` of the file',
    meaning:
      'GitHub’s API; https, and http on loopback alone. Where it is unset, `marketops dev` simulates GitHub.',
  },
  {
    name: 'GITHUB_UPLOAD_URL',
    by: 'planner, publisher',
    otherwise: 'as the API’s URL tells',
    meaning: 'Where assets go.',
  },
  {
    name: 'GITHUB_TOKEN',
    by: 'publisher',
    otherwise: '',
    meaning: 'A secret: what accounts without a credential of their own are entered with. It writes.',
  },
  {
    name: 'GITHUB_READ_TOKEN',
    by: 'planner',
    otherwise: '',
    meaning: 'A secret: what the planner reads with.',
  },
  {
    name: 'MARKETOPS_OIDC_CLIENT_SECRET',
    by: 'console',
    otherwise: '',
    meaning: 'A secret: that of `console.oidc.client_id` at the provider.',
  },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    by: services,
    otherwise: '',
    meaning: 'A file of certificates (PEM) to trust over TLS beside those of Node.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    by: services,
    otherwise: 'none',
    meaning: 'Where traces go, by OTLP over HTTP. Absent: none are made ([observability](observability.md)).',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    by: services,
    otherwise: 'as above',
    meaning: 'The same, for traces alone.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    by: services,
    otherwise: 'none',
    meaning: 'Headers for the collector, such as a key: `name=value,…`.',
  },
  {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    by: services,
    otherwise: 'none',
    meaning: 'What is said of this process in every trace: `name=value,…`.',
  },
  {
    name: 'OTEL_SDK_DISABLED',
    by: services,
    otherwise: '`false`',
    meaning: '`true`: no traces.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    by: services,
    otherwise: 'all',
    meaning: '`always_off`: no traces.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    by: services,
    otherwise: '`1`',
    meaning: 'The share of traces that are kept, 0 to 1.',
  },
  {
    name: 'AWS_ACCESS_KEY_ID',
    by: 'ledger',
    otherwise: '',
    elsewhere: true,
    meaning:
      'Of `ledger.tiles.s3` and its copies; with it whatever else the AWS SDK reads, such as AWS_SECRET_ACCESS_KEY and AWS_PROFILE.',
  },
  {
    name: 'MARKETOPS_DEBUG',
    by: 'the command',
    otherwise: '',
    meaning: '`1`: what a command fails at is shown with its stack.',
  },
  { name: 'TERM', by: 'the command', otherwise: '', meaning: '`dumb`: no colours.' },
  { name: 'NO_COLOR', by: 'the command', otherwise: '', meaning: 'Anything: no colours.' },
  {
    name: 'XDG_CONFIG_HOME',
    by: 'the command',
    otherwise: '`~/.config`',
    meaning: 'Below it, in `marketops/`, the keys of people are looked for.',
  },
  { name: 'HOME', by: 'the command', otherwise: 'as the system says', meaning: 'Where `~` is.' },
  {
    name: 'PATH',
    by: 'the command',
    otherwise: 'as the system says',
    meaning: 'Where programs are looked for, such as `redis-server`.',
  },
  {
    name: 'MARKETOPS_TEST_REDIS',
    by: 'tests',
    otherwise: '',
    meaning:
      'The one source of a Redis to use, `url`, `path`, `debian` or `javascript`, instead of the first that works.',
  },
  {
    name: 'MARKETOPS_CACHE_DIR',
    by: 'the command, tests',
    otherwise: '`.marketops/cache` in the repository',
    meaning: 'Where a downloaded Redis is kept.',
  },
];
