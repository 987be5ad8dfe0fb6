import {
  isLoopback,
  limits,
  Mode,
  OperationKind,
  PrincipalId,
  RepositoryOwner,
  TenantId,
  Time,
} from '@marketops/contracts';
import { z } from 'zod';
import { AccountLimits } from '../account-limits/budget.js';
import { AccountCredential, refuseShared } from './credentials.js';
import { githubUrlFault } from './github-urls.js';

const milliseconds = (min: number, max: number) => z.int().min(min).max(max);
const githubUrl = (kind: 'api' | 'upload') =>
  z
    .string()
    .max(200)
    .superRefine((text, context) => {
      const message = githubUrlFault(text, kind);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });
/** `acme/*` or `acme/widgets`; a star stands for one whole name only. */
const repositoryPattern = z
  .string()
  .max(200)
  .regex(/^(?:[A-Za-z0-9_-]+|\*)\/(?:[A-Za-z0-9._-]+|\*)$/, 'must be owner/name, where either may be *');

const Principal = z.strictObject({
  tenants: z.array(TenantId).min(1).max(1_000).describe('The tenants it may ask for.'),
  modes: z.array(Mode).min(1).max(2).describe('The modes it may ask for.'),
  artifacts_root: z
    .string()
    .max(1_000)
    .optional()
    .describe('Where the paths of its plans begin, relative to marketops.yml. Absent: it may name no files.'),
  sealed: z.boolean().optional().describe('True: whatever it asks for is sealed.'),
});

const Account = z.strictObject({
  /** The names of its own tokens or keys. Absent: GITHUB_TOKEN, and GITHUB_READ_TOKEN for the planner. */
  credential: AccountCredential.optional(),
  limits: AccountLimits.optional().describe(
    'GitHub’s limits, none, or others. Absent: GitHub’s, and none for a server on this machine.',
  ),
});

/** What the publisher does for one account. */
const PublisherAccount = z.strictObject({
  kinds: z
    .array(OperationKind)
    .min(1)
    .max(20)
    .optional()
    .describe('The kinds of operation it serves. Absent: every kind.'),
  repositories: z
    .array(repositoryPattern)
    .min(1)
    .max(1_000)
    .optional()
    .describe(
      'The repositories it serves: `acme/widgets`, `acme/*`. Absent: every repository of the account.',
    ),
  starts_per_hour: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'How many operations it may start within an hour, in all processes that share the data folder. Absent: no cap.',
    ),
});

/** How what stands at GitHub is compared with what was authorized and made. */
const Reconcile = z.strictObject({
  every_ms: z
    .int()
    .min(0)
    .max(86_400_000)
    .optional()
    .describe(
      'How often what stands at GitHub is compared; 0 for never. Absent: every hour, and never for a server on this machine.',
    ),
  lookback_days: z
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe('What succeeded longer ago is not looked at any more.'),
  /** Absent: what no receipt allowed is not looked for. */
  unreceipted: z
    .strictObject({
      kinds: z
        .array(z.enum(['publish_release', 'tag_repo']))
        .min(1)
        .default(['publish_release', 'tag_repo'])
        .describe('What is looked for that no receipt allowed. Absent, the whole: nothing.'),
      since: Time.describe('Releases published before are nobody’s concern.'),
    })
    .optional(),
});

/** A bucket that honours conditional writes; its credentials come as the AWS SDK finds them. */
const Bucket = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .describe(
      'The name of the bucket, which must honour conditional writes; its credentials come as the AWS SDK finds them.',
    ),
  prefix: z
    .string()
    .max(200)
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/,
      'must be names with slashes between them',
    )
    .optional()
    .describe('Names with slashes between them, before every key.'),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'must be a region')
    .describe('Its region.'),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .optional()
    .describe('Of another provider than AWS.'),
});

/** Where the ledger’s journal is published for strangers. */
const Tiles = z
  .strictObject({
    every_ms: milliseconds(50, 60_000)
      .default(1_000)
      .describe('How often a new checkpoint is signed, where there are new entries.'),
    folder: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .describe(
        'The folder of the public log, relative to marketops.yml. Absent, and no `s3`: `ledger/tiles` in the data folder.',
      ),
    s3: Bucket.optional(),
    copies: z
      .array(
        z.union([
          z.strictObject({
            folder: z
              .string()
              .min(1)
              .max(1_000)
              .describe('A folder for it, relative to marketops.yml; or `s3`.'),
          }),
          z.strictObject({ s3: Bucket }),
        ]),
      )
      .max(8)
      .default([])
      .describe('Where else the newest checkpoint is kept: what has it cannot be contradicted here unseen.'),
    witnesses: z
      .array(
        z.strictObject({
          url: z
            .url({ protocol: /^https?$/ })
            .max(500)
            .describe('Where the witness is.'),
          key: z.string().max(2_000).describe('Its verifier key, of type 4.'),
        }),
      )
      .max(16)
      .default([])
      .describe(
        'Who signs elsewhere that the log only grew; a checkpoint does not wait for those who are silent.',
      ),
    witness_timeout_ms: milliseconds(100, 60_000)
      .default(3_000)
      .describe('How long a witness is given to answer.'),
  })
  .refine(
    ({ folder, s3 }) => folder === undefined || s3 === undefined,
    'names a folder and a bucket: one of them',
  );

/** How long finished runs stay in Redis; the ledger has them for good. A receipt lives a day at most, so no run leaves earlier. */
const Retention = z.strictObject({
  finished_runs_days: z
    .union([z.int().min(1).max(3_650), z.literal('off')])
    .default(7)
    .describe(
      'Days after its last event that a finished run stays in Redis; `off`: for ever. One that made something stays for `reconcile.lookback_days`, where that is longer.',
    ),
  tombstone_days: z
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe(
      'Days for which a repeated request under the same key is known at once, after the run has left.',
    ),
});

/** The ledger’s own files. */
const Journal = z.strictObject({
  file_bytes_max: z
    .int()
    .min(65_536)
    .max(536_870_912)
    .default(67_108_864)
    .describe(
      'A journal file beyond this is followed by the next one. The newest is verified whole at every start; those before are sealed.',
    ),
  seal: z.boolean().default(true).describe('Whether finished files are compressed.'),
});

/** What is kept free on the disks of the ledger and of the blobs. */
const Room = z
  .strictObject({
    reserve_bytes: z
      .int()
      .min(0)
      .default(268_435_456)
      .describe(
        'Free on the disks of the ledger and of the blobs: below this nothing is minted or started; what is under way is recorded.',
      ),
    reserve_percent: z
      .number()
      .min(0)
      .max(50)
      .default(0)
      .describe('The same as a share of the disk; the larger of the two counts.'),
    floor_bytes: z.int().min(0).default(67_108_864).describe('Below this the ledger takes nothing more.'),
    check_every_ms: milliseconds(50, 60_000).default(1_000).describe('How often the disks are looked at.'),
  })
  .refine(
    ({ reserve_bytes: reserve, floor_bytes: floor }) => floor <= reserve,
    'has a floor above its reserve: minting must stop first',
  );

/** Who may do what at the console, by what the login says of them. */
const LoginGrant = z.strictObject({
  claim: z
    .string()
    .regex(/^[A-Za-z0-9_.:/-]{1,200}$/)
    .describe('A claim of the ID token, such as `groups` or `email`.'),
  value: z.string().min(1).max(300).describe('What it must be, or hold, in exactly these words.'),
  tenants: z
    .union([z.literal('all'), z.array(TenantId).min(1).max(1_000)])
    .describe('The tenants it is for; `all` for every one.'),
  roles: z
    .array(z.enum(['submitter', 'approver', 'operator', 'auditor', 'admin']))
    .min(1)
    .max(5)
    .describe('What one may do for them.'),
});

/** What is no URL is told of as such. */
const isConfidential = (text: string): boolean =>
  !URL.canParse(text) || new URL(text).protocol === 'https:' || isLoopback(new URL(text).hostname);

const Login = z.strictObject({
  issuer: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine(isConfidential, 'plain http is for a provider on this machine alone')
    .describe('The OpenID Connect provider. Plain http only on loopback.'),
  client_id: z
    .string()
    .min(1)
    .max(300)
    .describe(
      'As registered there, with the redirect URI `<public_url>/auth/callback`. Its secret: MARKETOPS_OIDC_CLIENT_SECRET.',
    ),
  name: z.string().min(1).max(60).default('Single sign-on').describe('What the button says.'),
  scopes: z
    .string()
    .regex(/^openid(?: [A-Za-z0-9_.:/-]{1,100}){0,20}$/, 'must begin with openid')
    .default('openid profile email')
    .describe('What is asked for.'),
  principal_claim: z
    .string()
    .regex(/^[A-Za-z0-9_.:/-]{1,200}$/)
    .default('preferred_username')
    .describe('The claim that names the person as the keyring and `principals` do.'),
  grants_minutes: z
    .int()
    .min(5)
    .max(1_440)
    .default(60)
    .describe('How long what the provider said of a person counts; then they sign in there again.'),
  grants: z.array(LoginGrant).min(1).max(200).describe('Who may do what. Who is in none may not sign in.'),
});

/** The HTTP API and the console in the browser. */
const Console = z.strictObject({
  host: z.string().min(1).max(255).default('127.0.0.1').describe('The address it listens on.'),
  port: z.int().min(0).max(65_535).default(8080).describe('The port; 0 for any free one.'),
  public_url: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .refine(
      (text) => URL.canParse(text) && new URL(text).pathname === '/',
      'must be an origin, without a path',
    )
    .optional()
    .describe('How browsers reach it. Absent: as it listens. With https, cookies are for https alone.'),
  requests_per_minute: z
    .int()
    .min(1)
    .max(100_000)
    .default(600)
    .describe('Of one key or person, and of one address.'),
  session_hours: z.int().min(1).max(168).default(12).describe('How long a sign-in lasts at most.'),
  oidc: Login.optional().describe('Absent: people sign in with an API key.'),
});

/** `marketops.yml`: what the processes must know. It holds no secret. */
export const MarketOpsConfig = z.strictObject({
  version: z.literal(1).describe('The version of this file’s format.'),
  environment: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a–z, 0–9 and -')
    .describe('The name of this system. Receipts count in it and nowhere else.'),
  issuer: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a–z, 0–9 and -')
    .describe('The name of federation, in every receipt.'),
  log_origin: z
    .string()
    .max(200)
    .regex(/^[^\s+]+$/, 'must have no spaces and no +')
    .describe('The name of the public log; once chosen it stays.'),
  redis_url: z
    .string()
    .max(500)
    .default('redis://127.0.0.1:6379')
    .describe('Where Redis is, where REDIS_URL does not say.'),
  allow_non_durable_redis: z
    .boolean()
    .default(false)
    .describe('`prod` refuses a Redis that does not keep its data, unless this is true.'),
  /** One environment is one GitHub: another server is another marketops.yml, with keys, a Redis and a ledger of its own. */
  github: z
    .strictObject({
      api_url: githubUrl('api')
        .default('https://api.github.com')
        .describe(
          'The GitHub of this environment; another server is another marketops.yml, with keys, a Redis and a ledger of its own.',
        ),
      upload_url: githubUrl('upload').optional().describe('Where assets go. Absent: as the API’s URL tells.'),
    })
    .prefault({}),
  principals: z.record(PrincipalId, Principal),
  sealed_tenants: z
    .array(TenantId)
    .max(1_000)
    .optional()
    .describe('Tenants whose plans are always sealed, whoever asks.'),
  /** Accounts with a credential; the planner refuses repositories of others. */
  accounts: z.record(RepositoryOwner, Account).superRefine(refuseShared),
  policies: z
    .string()
    .min(1)
    .max(1_000)
    .default('policies')
    .describe(
      'The folder of the policies (*.cedar), relative to marketops.yml. What no policy permits is denied.',
    ),
  /** The publisher's own fence, standing even against federation: where it names accounts, no other is served. */
  publisher: z
    .strictObject({
      accounts: z
        .record(RepositoryOwner, PublisherAccount)
        .refine((accounts) => {
          const names = Object.keys(accounts).map((name) => name.toLowerCase());
          return new Set(names).size === names.length;
        }, 'names an account twice')
        .optional(),
    })
    .prefault({}),
  reconcile: Reconcile.prefault({}),
  ledger: z
    .strictObject({
      tiles: Tiles.prefault({}),
      journal: Journal.prefault({}),
      room: Room.prefault({}),
      retention: Retention.prefault({}),
      lease_ms: milliseconds(500, 600_000)
        .default(10_000)
        .describe(
          'How long a ledger that no longer answers keeps others from writing: a standby waits so long.',
        ),
    })
    .prefault({}),
  timing: z
    .strictObject({
      receipt_ttl_ms: milliseconds(1_000, limits.receiptTtlMsMax)
        .default(limits.receiptTtlMsDefault)
        .describe('How long a receipt is good for.'),
      approval_ttl_ms: milliseconds(1_000, 7 * 24 * 3_600_000)
        .default(24 * 3_600_000)
        .describe('How long people are asked for their approval before an operation is given up.'),
      lease_ms: milliseconds(500, 600_000)
        .default(30_000)
        .describe('How long an execution is its worker’s, unless renewed; another takes over only after it.'),
      request_timeout_ms: milliseconds(100, 60_000)
        .default(10_000)
        .describe('How long a request to GitHub may take.'),
      acknowledgement_wait_ms: milliseconds(100, 60_000)
        .default(5_000)
        .describe('How long a step waits for the ledger’s acknowledgement before it holds.'),
      lock_ms: milliseconds(500, 300_000)
        .default(30_000)
        .describe('How long a job is its worker’s, unless renewed (BullMQ’s lock).'),
      backoff_ms: milliseconds(10, 60_000)
        .default(2_000)
        .describe('The wait before the first retry; each further one doubles it.'),
      hold_ms: milliseconds(10, 60_000)
        .default(1_000)
        .describe('How long a held job waits before it is looked at again.'),
      relay_after_ms: milliseconds(100, 60_000)
        .default(5_000)
        .describe('After this the relay enqueues what its appender did not.'),
      run_deadline_ms: milliseconds(500, 3_600_000)
        .default(60_000)
        .describe('A run that has not moved for so long is looked after by the sweeper.'),
      sweep_every_ms: milliseconds(50, 60_000)
        .default(2_000)
        .describe('How often the relay and the sweeper look.'),
    })
    .prefault({}),
  concurrency: z
    .int()
    .min(1)
    .max(1_000)
    .default(64)
    .describe('How many jobs of one queue a process works at a time.'),
  console: Console.prefault({}),
});
export type MarketOpsConfig = z.infer<typeof MarketOpsConfig>;
