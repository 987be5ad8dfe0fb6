import type { Mode, Operation, PlannedOperation, PublicationPlan } from '@marketops/contracts';
import { type CryptoPort, canonicalJson } from '@marketops/proof';
import type { Selected } from './2-select.js';
import { assetName } from './3-verify.js';
import type { Evaluation } from './4-evaluate.js';

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
}

/** Stage 5: every operation whole, with every default explicit, and the publication plan over them. */
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
    const operation = (evaluation?.missing.length ?? 0) === 0 ? wholeOperation(item) : null;
    if (operation !== null) {
      const bytes = canonicalJson(operation);
      operations.set(requested.id, { operation, bytes, digest: crypto.sha256Hex(bytes) });
    }
    return {
      operation_id: requested.id,
      kind: requested.kind,
      repository: fullName,
      operation_digest: operations.get(requested.id)?.digest ?? null,
      depends_on: requested.depends_on,
      // Law D1: whatever a dry run plans is blocked, the one that would ship included.
      blocked_by_mode: identity.mode !== 'prod',
      would_ship: evaluation?.wouldShip ?? false,
      reasons: [...(evaluation?.reasons ?? [])],
      missing_prerequisites: [...(evaluation?.missing ?? [])],
    };
  });
  return {
    plan: {
      version: 1,
      run_id: identity.runId,
      tenant_id: identity.tenantId,
      principal: identity.principal,
      mode: identity.mode,
      request_digest: identity.requestDigest,
      operations: planned,
    },
    operations,
  };
}

function wholeOperation({ requested, facts, targetSha }: Selected): Operation | null {
  const repository = facts.repository?.repository;
  if (repository === undefined) return null;
  const common = { operation_id: requested.id, repository };
  const body = facts.body !== null && 'text' in facts.body ? facts.body.text : '';
  switch (requested.kind) {
    case 'tag_repo':
      if (targetSha === null) return null;
      return {
        ...common,
        kind: 'tag_repo',
        tag_name: requested.tag_name,
        target_sha: targetSha,
        message: requested.message ?? requested.tag_name,
      };
    case 'publish_release':
      if (targetSha === null) return null;
      return {
        ...common,
        kind: 'publish_release',
        tag_name: requested.tag_name,
        target_sha: targetSha,
        release_name: requested.release_name,
        body,
        draft: requested.draft,
        prerelease: requested.prerelease,
        make_latest: requested.make_latest,
        assets: requested.assets.flatMap((asset, index) => {
          const file = facts.assets[index]?.file;
          if (file === undefined || 'fault' in file) return [];
          return [
            {
              name: assetName(asset),
              size_bytes: file.size_bytes,
              sha256: file.sha256,
              content_type: asset.content_type,
            },
          ];
        }),
      };
    case 'open_pr': {
      const { head, base } = facts;
      if (head?.sha == null || base?.sha == null) return null;
      return {
        ...common,
        kind: 'open_pr',
        head: { ref: head.ref, sha: head.sha },
        base: { ref: base.ref, sha: base.sha },
        title: requested.title,
        body,
        draft: requested.draft,
      };
    }
  }
}
