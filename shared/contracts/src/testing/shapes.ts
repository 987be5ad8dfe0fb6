import type { z } from 'zod';

import { Approval } from '../approval.js';
import { AuthorizationHint, CancelRequest, Presentation, RunHint } from '../job.js';
import { PublicKey } from '../keyring.js';
import { eventSchemas } from '../parse-event.js';
import { Advisory, Receipt } from '../receipt.js';
import { Acknowledgement, LedgerEntry, Statement } from '../statement.js';
import { type EventType, type MarketOpsEvent, vocabulary } from '../vocabulary.js';
import { eventOf, receipt } from './events.js';

const digest = 'f0'.repeat(32);
const sha = 'a1'.repeat(20);
const runId = receipt.run_id;
const reason = { code: 'missing_tag', message: 'There is no tag.', remedy: 'Push it.' };
const repository = { id: 42, owner: 'acme', name: 'widgets' };
const body = 'Fixes\n\n- größer, 🚀\n';
const release = {
  operation_id: 'rel',
  repository,
  kind: 'publish_release',
  tag_name: 'v1.4.0',
  target_sha: sha,
  release_name: 'Widgets 1.4.0 🚀',
  body,
  draft: false,
  prerelease: true,
  make_latest: 'legacy',
  assets: [{ name: 'a.tgz', size_bytes: 2_147_483_647, sha256: digest, content_type: 'application/gzip' }],
};
const tag = {
  operation_id: 'tag',
  repository,
  kind: 'tag_repo',
  tag_name: 'v1',
  target_sha: sha,
  message: 'x',
};
const pull = {
  operation_id: 'pr',
  repository,
  kind: 'open_pr',
  head: { ref: 'feature/x', sha, repository },
  base: { ref: 'main', sha },
  base_may_move: false,
  title: 'A title',
  body: '',
  draft: true,
  labels: ['announcement'],
  reviewers: ['Octo-cat'],
  team_reviewers: ['docs'],
};
const attachment = {
  operation_id: 'proof',
  repository,
  kind: 'attach_release_asset',
  release_id: 2_000_001,
  tag_name: 'v1.4.0',
  target_sha: sha,
  asset: { name: 'proof.json', size_bytes: 1, sha256: digest, content_type: 'application/json' },
};
const request = {
  tenant_id: 'acme',
  mode: 'prod',
  idempotency_key: 'k!~',
  repository: 'acme/widgets',
  operations: [
    {
      id: 'rel',
      depends_on: [],
      repository: 'acme/other.repo',
      kind: 'publish_release',
      tag_name: 'v1.4.0',
      target: 'main',
      release_name: 'Widgets',
      body_file: 'notes/1.4.0.md',
      draft: false,
      prerelease: false,
      make_latest: 'true',
      generate_notes: true,
      previous_tag_name: 'v1.3.0',
      assets: [{ path: 'dist/a.tgz', name: 'a.tgz', content_type: 'application/gzip' }],
    },
    { id: 'tag', depends_on: ['rel'], kind: 'tag_repo', tag_name: 'v1', target: sha, message: 'x' },
    {
      id: 'pr',
      depends_on: ['rel', 'tag'],
      kind: 'open_pr',
      head: 'f',
      head_repository: 'octocat/widgets',
      base: 'main',
      base_may_move: true,
      title: 'T',
      body,
      draft: false,
      labels: ['announcement'],
      reviewers: ['Octo-cat'],
      team_reviewers: ['docs'],
    },
    {
      id: 'proof',
      depends_on: ['rel'],
      kind: 'attach_release_asset',
      tag_name: 'v1.4.0',
      asset: { path: 'dist/proof.json', name: 'proof.json', content_type: 'application/json' },
    },
  ],
};
const planned = {
  operation_id: 'rel',
  kind: 'publish_release',
  repository: 'acme/widgets',
  operation_digest: digest,
  depends_on: [],
  blocked_by_mode: false,
  would_ship: true,
  reasons: [],
  missing_prerequisites: [],
};
const plan = {
  version: 1,
  run_id: runId,
  tenant_id: 'acme',
  principal: 'ci',
  mode: 'prod',
  request_digest: digest,
  operations: [
    planned,
    {
      ...planned,
      operation_id: 'tag',
      operation_digest: null,
      depends_on: ['rel'],
      would_ship: false,
      reasons: [reason],
      missing_prerequisites: [reason, reason],
    },
  ],
};
const result = {
  remote_id: '7',
  url: 'https://github.com/acme/widgets/releases/tag/v1.4.0',
  adopted: true,
  sha,
  assets: [{ name: 'a.tgz', remote_id: '8', sha256: digest }],
};
const { data: succeeded } = eventOf('operation.succeeded') as MarketOpsEvent & {
  readonly type: 'operation.succeeded';
};
const batch = {
  root: digest,
  size: 30,
  index: 29,
  path: [digest, digest],
  signature: receipt.signatures.ed25519,
};

/** Data that goes where the short examples do not: inline values, optional fields, what may be null. */
const more: [EventType, object][] = [
  ['plan.requested', { request: { inline: request } }],
  ['plan.generated', { plan: { inline: plan } }],
  ['operation.planned', { operation: { inline: release } }],
  ['operation.planned', { operation: { inline: tag } }],
  ['operation.planned', { operation: { inline: pull } }],
  ['operation.planned', { operation: { inline: attachment } }],
  ['operation.planned', { operation: null, operation_digest: null, depends_on: ['a', 'b'] }],
  ['receipt.issued', { receipt: { ...receipt, supersedes: receipt.receipt_id } }],
  [
    'operation.succeeded',
    { audit: { ...succeeded.audit, result, github_response: { status: 201, request_id: 'A:1' } } },
  ],
  ['gate.refused', { claimed_run_id: runId, claimed_operation_id: 'ü', claimed_receipt_id: '' }],
];

export interface Shape {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly value: object;
}

/** A good value of every schema that is asked on the way of every run. */
export const shapes: readonly Shape[] = [
  ...[...Object.keys(vocabulary).map((type) => [type, {}] as const), ...more].map(([type, data]) => ({
    name: type,
    schema: eventSchemas.get(type) as z.ZodType,
    value: eventOf(type as EventType, 7, { data }),
  })),
  { name: 'receipt', schema: Receipt, value: receipt },
  {
    name: 'advisory',
    schema: Advisory,
    value: (eventOf('receipt.advised').data as { readonly advisory: Advisory }).advisory,
  },
  {
    name: 'statement',
    schema: Statement,
    value: { ...batch, v: 1, actor: 'planner', key_id: 'planner-1', epoch: 1 },
  },
  {
    name: 'acknowledgement',
    schema: Acknowledgement,
    value: {
      ...batch,
      v: 1,
      stream: `op/${runId}/tag`,
      seq: 4,
      digest,
      term: 1,
      epoch: 1,
      first_sequence: 9,
      last_sequence: 12,
      last_hash: digest,
      key_id: 'ledger-1',
    },
  },
  {
    name: 'ledger entry',
    schema: LedgerEntry,
    value: {
      sequence: 1,
      prev_hash: digest,
      event_digest: digest,
      statement_digest: digest,
      event: { any: ['thing', { at: 'all' }], more: null },
    },
  },
  { name: 'run hint', schema: RunHint, value: { run_id: runId } },
  {
    name: 'authorization hint',
    schema: AuthorizationHint,
    value: { run_id: runId, operation_ids: ['a', 'b'] },
  },
  {
    name: 'presentation',
    schema: Presentation,
    value: { run_id: runId, operation_id: 'tag', operation_kind: 'tag_repo', mode: 'prod', receipt },
  },
  { name: 'cancel request', schema: CancelRequest, value: { run_id: runId, reason: 'enough' } },
  {
    name: 'approval by passkey',
    schema: Approval,
    value: {
      ...{ version: 1, approval_id: '01JABCDEFGHJKMNPQRSTVWXYZ0', verdict: 'grant', run_id: runId },
      ...{ plan_digest: digest, operations: ['tag'], audience: receipt.audience, approver: 'alice' },
      ...{ key_id: 'alice-passkey', reason: null, withdraws: null },
      ...{ issued_at: '2026-01-31T12:00:00.000Z', expires_at: '2026-01-31T13:00:00.000Z', signature: 'AAAA' },
      assertion: { authenticator_data: 'AAAA', client_data_json: 'e30=' },
    },
  },
  {
    name: 'passkey in the keyring',
    schema: PublicKey,
    value: {
      ...{ key_id: 'alice-passkey', purpose: 'approver', principal: 'alice', groups: ['ops'] },
      ...{ algorithm: 'webauthn-es256', public_key: `B${'A'.repeat(86)}=`, credential_id: 'AAAA' },
      ...{ not_before: '2026-01-31T12:00:00.000Z', revoked_at: null },
      ...{ rp_id: 'console.test', origins: ['https://ops.console.test:8443'] },
    },
  },
];
