import {
  AdvisoryClaims,
  Approval,
  AuditRecord,
  Base64,
  Digest,
  Evidence,
  GateCheck,
  KeyId,
  Mode,
  Operation,
  OperationId,
  OperationKind,
  PublicationPlan,
  ReceiptClaims,
  ReceiptId,
  RunId,
  RunStatus,
  TenantId,
  Time,
  Ulid,
} from '@marketops/contracts';
import { z } from 'zod';

/**
 * A proof bundle: a DSSE envelope around an in-toto Statement v1 whose predicate tells one run in four phases. The fourth,
 * `ledger`, holds the ledger's own bytes; the other three, and the subject, are what those bytes say, and a verifier derives
 * them again.
 */
export const bundlePayloadType = 'application/vnd.in-toto+json';
export const inTotoStatementType = 'https://in-toto.io/Statement/v1';
export const bundlePredicateType = 'urn:marketops:proof-bundle:v1';

/** Of the file, and of the statement in it. */
export const bundleBytesMax = 100_663_296;
export const bundlePayloadBytesMax = 67_108_864;
export const bundleEntriesMax = 50_000;
/** Levels of JSON: an operation stands some levels deeper than in its event. */
export const bundleDepthMax = 40;

const sequence = z.int().positive().describe('The entry of the ledger that says so; counts from 1.');
const line = (charsMax: number) => z.string().min(1).max(charsMax);
const list = <Item extends z.ZodType>(item: Item) => z.array(item).max(bundleEntriesMax);

const PlanPhase = z.strictObject({
  sequence: sequence.nullable(),
  plan_digest: Digest.nullable(),
  plan: PublicationPlan.nullable().describe('Null where no plan was made, or its blob was erased.'),
  operations: list(
    z.strictObject({
      sequence,
      operation_id: OperationId,
      operation_kind: OperationKind,
      operation_digest: Digest.nullable().describe('SHA-256 of the operation’s RFC 8785 form.'),
      blocked_by_mode: z.boolean(),
      operation: Operation.nullable().describe(
        'Null where it could not be made whole, or its blob was erased.',
      ),
    }),
  ),
});

const AuthorizationPhase = z.strictObject({
  approvals: list(z.strictObject({ sequence, approval: Approval })),
  evidence: list(z.strictObject({ sequence, evidence: Evidence })),
  decisions: list(
    z.strictObject({
      sequence,
      operation_id: OperationId,
      decision_id: Ulid,
      policy_digest: Digest,
      evidence_digest: Digest,
      valid_until: Time,
    }),
  ),
  receipts: list(z.strictObject({ sequence, claims: ReceiptClaims, ed25519: Base64 })),
  advisories: list(z.strictObject({ sequence, claims: AdvisoryClaims, ed25519: Base64 })),
});

const CheckAnswer = z.strictObject({
  number: z.int().min(1).max(12),
  check: GateCheck,
  answer: z.enum(['pass', 'hold', 'refuse', 'unasked']),
});

const ExecutionPhase = z.strictObject({
  gate: list(
    z.strictObject({
      sequence,
      type: z.enum(['operation.started', 'operation.resumed', 'operation.held', 'operation.refused']),
      operation_id: OperationId,
      receipt_id: ReceiptId.nullable(),
      execution_id: Ulid.nullable(),
      checks: z.array(CheckAnswer).length(12),
    }),
  ),
  outcomes: list(
    z.strictObject({
      sequence,
      type: z.string().max(64),
      operation_id: OperationId,
      audit: AuditRecord.nullable(),
    }),
  ),
});

export const BundleKey = z.strictObject({
  key_id: KeyId,
  purpose: z.enum(['actor', 'mint', 'acknowledgement', 'checkpoint', 'approver', 'evidence']),
  holder: z.string().max(128),
  public_key: Base64.describe('The raw 32 bytes of Ed25519; of a passkey the uncompressed point on P-256.'),
});
export type BundleKey = z.infer<typeof BundleKey>;

export const BundleSegment = z.strictObject({
  statement: line(65_536).describe('The actor’s signed statement over these entries, byte for byte.'),
  entries: z
    .array(
      z.strictObject({
        entry: line(65_535).describe('The leaf of the log, byte for byte: canonical JSON.'),
        proof: line(8_192).describe(
          'A c2sp.org/tlog-proof without its checkpoint: this text, an empty line and `checkpoint` are the file.',
        ),
      }),
    )
    .min(1)
    .max(bundleEntriesMax),
});
export type BundleSegment = z.infer<typeof BundleSegment>;

export const LedgerPhase = z.strictObject({
  log_origin: line(200),
  checkpoint: line(262_144).describe('The signed note (c2sp.org/tlog-checkpoint) all proofs lead to.'),
  witnesses: z
    .array(line(2_000))
    .max(16)
    .describe('Verifier keys of the witnesses whose cosignatures the checkpoint has.'),
  keys_digest: Digest.describe('SHA-256 of the RFC 8785 form of {environment, keys, log_origin}.'),
  keys: z
    .array(BundleKey)
    .max(1_000)
    .describe('The keys that signed. A hint: a verifier uses its own keyring.'),
  commits: z
    .array(line(4_096))
    .max(bundleEntriesMax)
    .describe('The ledger’s signed word on each batch, with its time, byte for byte.'),
  segments: z.array(BundleSegment).min(1).max(bundleEntriesMax).describe('In the order of the ledger.'),
});
export type LedgerPhase = z.infer<typeof LedgerPhase>;

export const ProofPredicate = z.strictObject({
  run: z.strictObject({
    run_id: RunId,
    tenant_id: TenantId.nullable(),
    mode: Mode.nullable(),
    status: RunStatus.nullable().describe('As the last run.completed here says; null where there is none.'),
  }),
  plan: PlanPhase,
  authorization: AuthorizationPhase,
  execution: ExecutionPhase,
  ledger: LedgerPhase,
});
export type ProofPredicate = z.infer<typeof ProofPredicate>;

export const ProofStatement = z.strictObject({
  _type: z.literal(inTotoStatementType),
  predicateType: z.literal(bundlePredicateType),
  subject: z
    .array(
      z.strictObject({
        name: line(300),
        uri: line(1_000).optional(),
        digest: z.strictObject({ sha256: Digest }),
      }),
    )
    .min(1)
    .max(bundleEntriesMax)
    .describe(
      'The run; each effect by the digest of the operation it equals; each asset by that of its bytes.',
    ),
  predicate: ProofPredicate,
});
export type ProofStatement = z.infer<typeof ProofStatement>;

export const ProofEnvelope = z.strictObject({
  payloadType: z.literal(bundlePayloadType),
  payload: z
    .string()
    .max(bundleBytesMax)
    .describe('The padded base64 of the statement’s RFC 8785 form.')
    .meta({ contentEncoding: 'base64', contentMediaType: bundlePayloadType }),
  signatures: z.array(z.never()).max(0).describe('Empty: every authority is in the entries.'),
});
export type ProofEnvelope = z.infer<typeof ProofEnvelope>;
