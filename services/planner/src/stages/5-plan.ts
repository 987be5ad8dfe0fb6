import type { Mode, Operation, PlannedOperation, PublicationPlan, Repository } from '@marketops/contracts';
import { type CryptoPort, canonicalJson } from '@marketops/proof';
import type { RepositoryFacts } from '../ports/discovery.js';
import type { Selected } from './2-select.js';
import type { Evaluation } from './4-evaluate.js';
import { assetName } from './asset-name.js';
import { bodyOf } from './notes.js';
import { operationSubject, planSubject, type Sealing } from './sealing.js';

/** An operation made whole, with the canonical bytes its digest was taken of. */
export interface WholeOperation {
  readonly operation: Operation;
  readonly bytes: string;
  readonly digest: string;
}

export interface Planned {
  readonly plan: PublicationPlan;
  /** Whole operations by id; one whose prerequisites are missing is not there. */
  readonly operations: ReadonlyMap<string, WholeOperation>;
}

export interface PlanIdentity {
  readonly runId: string;
  readonly tenantId: string;
  readonly principal: string;
  readonly mode: Mode;
  readonly requestDigest: string;
  /** Present where the run is sealed: its digests are salted then. */
  readonly sealing?: Sealing | undefined;
}

/**
 * Stage 5: every operation whole, with every default explicit, and the publication plan over them. What is digested here
 * is made with its members in canonical order, so that the serialiser finds nothing to sort.
 */
export function plan(
  crypto: CryptoPort,
  identity: PlanIdentity,
  selected: readonly Selected[],
  evaluations: ReadonlyMap<string, Evaluation>,
): Planned {
  const operations = new Map<string, WholeOperation>();
  const planned = selected.map((item): PlannedOperation => {
    const { requested, fullName } = item;
    const evaluation = evaluations.get(requested.id);
    const bare = (evaluation?.missing.length ?? 0) === 0 ? wholeOperation(item) : null;
    const operation = bare === null ? null : salted(identity, bare);
    if (operation !== null) {
      const bytes = canonicalJson(operation);
      operations.set(requested.id, { operation, bytes, digest: crypto.sha256Hex(bytes) });
    }
    return {
      // Law D1: whatever a dry run plans is blocked, the one that would ship included.
      blocked_by_mode: identity.mode !== 'prod',
      depends_on: requested.depends_on,
      kind: requested.kind,
      missing_prerequisites: [...(evaluation?.missing ?? [])],
      operation_digest: operations.get(requested.id)?.digest ?? null,
      operation_id: requested.id,
      reasons: [...(evaluation?.reasons ?? [])],
      repository: fullName,
      would_ship: evaluation?.wouldShip ?? false,
    };
  });
  return {
    plan: {
      mode: identity.mode,
      operations: planned,
      principal: identity.principal,
      request_digest: identity.requestDigest,
      run_id: identity.runId,
      ...(identity.sealing === undefined ? {} : { salt: identity.sealing.salt(planSubject(identity)) }),
      tenant_id: identity.tenantId,
      version: 1,
    },
    operations,
  };
}

/** The salt of a sealed operation is part of what is authorized, so that its digest says nothing to who does not know it. */
const salted = (identity: PlanIdentity, operation: Operation): Operation =>
  identity.sealing === undefined
    ? operation
    : { ...operation, salt: identity.sealing.salt(operationSubject(identity, operation.operation_id)) };

function wholeOperation(selected: Selected): Operation | null {
  const { requested, facts, targetSha } = selected;
  const repository = facts.repository?.repository;
  if (repository === undefined) return null;
  const operation_id = requested.id;
  const body = bodyOf(selected) ?? '';
  switch (requested.kind) {
    case 'tag_repo':
      if (targetSha === null) return null;
      return {
        kind: 'tag_repo',
        message: requested.message ?? requested.tag_name,
        operation_id,
        repository,
        tag_name: requested.tag_name,
        target_sha: targetSha,
      };
    case 'publish_release':
      if (targetSha === null) return null;
      return {
        assets: requested.assets.flatMap((asset, index) => {
          const file = facts.assets[index]?.file;
          if (file === undefined || 'fault' in file) return [];
          return [
            {
              content_type: asset.content_type,
              name: assetName(asset),
              sha256: file.sha256,
              size_bytes: file.size_bytes,
            },
          ];
        }),
        body,
        draft: requested.draft,
        kind: 'publish_release',
        make_latest: requested.make_latest,
        operation_id,
        prerelease: requested.prerelease,
        release_name: requested.release_name,
        repository,
        tag_name: requested.tag_name,
        target_sha: targetSha,
      };
    case 'open_pr': {
      const { head, base, head_repository } = facts;
      const headAt = head_repository === null ? repository : repositoryIn(head_repository);
      if (headAt === null) return null;
      if (head?.sha == null || base?.sha == null) return null;
      return {
        base: { ref: base.ref, sha: base.sha },
        base_may_move: requested.base_may_move,
        body,
        draft: requested.draft,
        head: { ref: head.ref, repository: headAt, sha: head.sha },
        kind: 'open_pr',
        labels: requested.labels,
        operation_id,
        repository,
        reviewers: requested.reviewers,
        team_reviewers: requested.team_reviewers,
        title: requested.title,
      };
    }
    case 'attach_release_asset': {
      const file = facts.assets[0]?.file;
      if (facts.release === null || targetSha === null || file === undefined || 'fault' in file) return null;
      return {
        asset: {
          content_type: requested.asset.content_type,
          name: assetName(requested.asset),
          sha256: file.sha256,
          size_bytes: file.size_bytes,
        },
        kind: 'attach_release_asset',
        operation_id,
        release_id: facts.release.id,
        repository,
        tag_name: requested.tag_name,
        target_sha: targetSha,
      };
    }
  }
}

const repositoryIn = (found: RepositoryFacts | { readonly fault: string }): Repository | null =>
  'fault' in found ? null : found.repository;
