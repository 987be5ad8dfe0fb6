import {
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
  tenants: z.array(TenantId).min(1).max(1_000),
  modes: z.array(Mode).min(1).max(2),
  /** Where the paths of its plans begin, relative to marketops.yml. Absent: it may name no files. */
  artifacts_root: z.string().max(1_000).optional(),
  /** True: whatever it asks for is sealed. */
  sealed: z.boolean().optional(),
});

const Account = z.strictObject({
  /** The names of its own tokens or keys. Absent: GITHUB_TOKEN, and GITHUB_READ_TOKEN for the planner. */
  credential: AccountCredential.optional(),
  /** GitHub's limits, none, or others; by default GitHub's, and none for a server on this machine. */
  limits: AccountLimits.optional(),
});

/** What the publisher does for one account. */
const PublisherAccount = z.strictObject({
  /** Absent: every kind. */
  kinds: z.array(OperationKind).min(1).max(20).optional(),
  /** `acme/widgets`, `acme/*`. Absent: every repository of the account. */
  repositories: z.array(repositoryPattern).min(1).max(1_000).optional(),
  /** How many operations it may start within an hour, in all processes that share the data folder. Absent: no cap. */
  starts_per_hour: z.int().min(1).max(10_000).optional(),
});

/** How what stands at GitHub is compared with what was authorized and made. */
const Reconcile = z.strictObject({
  /** How often; 0 for never. Absent: every hour, and never for a server on this machine. */
  every_ms: z.int().min(0).max(86_400_000).optional(),
  /** What succeeded longer ago is not looked at any more. */
  lookback_days: z.int().min(1).max(3_650).default(30),
  /** Absent: what no receipt allowed is not looked for. */
  unreceipted: z
    .strictObject({
      kinds: z
        .array(z.enum(['publish_release', 'tag_repo']))
        .min(1)
        .default(['publish_release', 'tag_repo']),
      /** Releases published before are nobody’s concern. */
      since: Time,
    })
    .optional(),
});

/** A bucket that honours conditional writes; its credentials come as the AWS SDK finds them. */
const Bucket = z.strictObject({
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket'),
  prefix: z
    .string()
    .max(200)
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/,
      'must be names with slashes between them',
    )
    .optional(),
  region: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be a region'),
  /** Of another provider than AWS. */
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .optional(),
});

/** Where the ledger’s journal is published for strangers. */
const Tiles = z
  .strictObject({
    /** How often a new checkpoint is signed, where there are new entries. */
    every_ms: milliseconds(50, 60_000).default(1_000),
    /** Relative to marketops.yml. Absent, and no `s3`: `ledger/tiles` in the data folder. */
    folder: z.string().min(1).max(1_000).optional(),
    s3: Bucket.optional(),
    /** Where else the newest checkpoint is kept: what has it cannot be contradicted here unseen. */
    copies: z
      .array(
        z.union([z.strictObject({ folder: z.string().min(1).max(1_000) }), z.strictObject({ s3: Bucket })]),
      )
      .max(8)
      .default([]),
    /** Who signs elsewhere that the log only grew; a checkpoint does not wait for those who are silent. */
    witnesses: z
      .array(
        z.strictObject({
          url: z.url({ protocol: /^https?$/ }).max(500),
          /** Its verifier key, of type 4. */
          key: z.string().max(2_000),
        }),
      )
      .max(16)
      .default([]),
    witness_timeout_ms: milliseconds(100, 60_000).default(3_000),
  })
  .refine(
    ({ folder, s3 }) => folder === undefined || s3 === undefined,
    'names a folder and a bucket: one of them',
  );

/** How long finished runs stay in Redis; the ledger has them for good. A receipt lives a day at most, so no run leaves earlier. */
const Retention = z.strictObject({
  /** Days after its last event; `off`: for ever. A run that made something stays for `reconcile.lookback_days`, where that is longer. */
  finished_runs_days: z.union([z.int().min(1).max(3_650), z.literal('off')]).default(7),
  /** Days for which a repeated request under the same key is known at once, after the run has left. */
  tombstone_days: z.int().min(1).max(3_650).default(30),
});

/** The ledger’s own files. */
const Journal = z.strictObject({
  /** A file beyond this is followed by the next one. The newest is verified whole at every start; those before are sealed. */
  file_bytes_max: z.int().min(65_536).max(536_870_912).default(67_108_864),
  /** Whether finished files are compressed. */
  seal: z.boolean().default(true),
});

/** What is kept free on the disks of the ledger and of the blobs. */
const Room = z
  .strictObject({
    /** Below this nothing is minted or started; what is under way is recorded. */
    reserve_bytes: z.int().min(0).default(268_435_456),
    /** The same as a share of the disk; the larger of the two counts. */
    reserve_percent: z.number().min(0).max(50).default(0),
    /** Below this the ledger takes nothing more. */
    floor_bytes: z.int().min(0).default(67_108_864),
    check_every_ms: milliseconds(50, 60_000).default(1_000),
  })
  .refine(
    ({ reserve_bytes: reserve, floor_bytes: floor }) => floor <= reserve,
    'has a floor above its reserve: minting must stop first',
  );

/** `marketops.yml`: what the processes must know. It holds no secret. */
export const MarketOpsConfig = z.strictObject({
  version: z.literal(1),
  environment: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a–z, 0–9 and -'),
  issuer: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a–z, 0–9 and -'),
  log_origin: z
    .string()
    .max(200)
    .regex(/^[^\s+]+$/, 'must have no spaces and no +'),
  redis_url: z.string().max(500).default('redis://127.0.0.1:6379'),
  /** `prod` refuses a Redis that does not keep its data, unless this says otherwise. */
  allow_non_durable_redis: z.boolean().default(false),
  /** One environment is one GitHub: another server is another marketops.yml, with keys, a Redis and a ledger of its own. */
  github: z
    .strictObject({
      api_url: githubUrl('api').default('https://api.github.com'),
      /** Absent: as the API's URL tells. */
      upload_url: githubUrl('upload').optional(),
    })
    .prefault({}),
  principals: z.record(PrincipalId, Principal),
  /** Tenants whose plans are always sealed, whoever asks. */
  sealed_tenants: z.array(TenantId).max(1_000).optional(),
  /** Accounts with a credential; the planner refuses repositories of others. */
  accounts: z.record(RepositoryOwner, Account).superRefine(refuseShared),
  /** The folder of the policies (*.cedar), relative to marketops.yml. What no policy permits is denied. */
  policies: z.string().min(1).max(1_000).default('policies'),
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
      /** How long a ledger that no longer answers keeps others from writing: a standby waits so long. */
      lease_ms: milliseconds(500, 600_000).default(10_000),
    })
    .prefault({}),
  timing: z
    .strictObject({
      receipt_ttl_ms: milliseconds(1_000, limits.receiptTtlMsMax).default(limits.receiptTtlMsDefault),
      /** For how long people are asked for their approval before an operation is given up. */
      approval_ttl_ms: milliseconds(1_000, 7 * 24 * 3_600_000).default(24 * 3_600_000),
      lease_ms: milliseconds(500, 600_000).default(30_000),
      request_timeout_ms: milliseconds(100, 60_000).default(10_000),
      acknowledgement_wait_ms: milliseconds(100, 60_000).default(5_000),
      lock_ms: milliseconds(500, 300_000).default(30_000),
      backoff_ms: milliseconds(10, 60_000).default(2_000),
      hold_ms: milliseconds(10, 60_000).default(1_000),
      relay_after_ms: milliseconds(100, 60_000).default(5_000),
      run_deadline_ms: milliseconds(500, 3_600_000).default(60_000),
      sweep_every_ms: milliseconds(50, 60_000).default(2_000),
    })
    .prefault({}),
  concurrency: z.int().min(1).max(1_000).default(64),
});
export type MarketOpsConfig = z.infer<typeof MarketOpsConfig>;
