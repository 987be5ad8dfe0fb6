import type { OperationKind } from '@marketops/contracts';

/**
 * What policies may speak of, as a Cedar schema. A policy that speaks of anything else is refused when it is loaded, so
 * a misspelt attribute never becomes a rule that silently does not apply. docs/policies.md shows it as it stands here.
 */
export const policySchema = `// Who asked for the plan: Principal::"ci".
entity Principal;

// Lower case, as GitHub ignores case: Repository::"acme/widgets", its id being its full name.
entity Repository = {
  owner: String,
  name: String,
  full_name: String
};

action publish_release appliesTo {
  principal: [Principal],
  resource: [Repository],
  context: {
    tenant: String,
    // How many people have approved; each counts once, and never whoever asked.
    approval_count: Long,
    // "<group>:<n>" for every group and every n from 1 to its number of approvals, at most 10.
    approvals: Set<String>,
    // "<kind>=<value>" of every statement that counts now: "ci.result=passed".
    evidence: Set<String>,
    tag_name: String,
    target_sha: String,
    draft: Bool,
    prerelease: Bool,
    make_latest: String,
    asset_count: Long
  }
};

action tag_repo appliesTo {
  principal: [Principal],
  resource: [Repository],
  context: {
    tenant: String,
    approval_count: Long,
    approvals: Set<String>,
    evidence: Set<String>,
    tag_name: String,
    target_sha: String
  }
};

action open_pr appliesTo {
  principal: [Principal],
  resource: [Repository],
  context: {
    tenant: String,
    approval_count: Long,
    approvals: Set<String>,
    evidence: Set<String>,
    head_ref: String,
    // Lower case, as the resource: the operation's own repository, or a fork.
    head_repository: String,
    from_fork: Bool,
    base_ref: String,
    draft: Bool,
    // Lower case.
    labels: Set<String>
  }
};

// One file added to a release that is published already.
action attach_release_asset appliesTo {
  principal: [Principal],
  resource: [Repository],
  context: {
    tenant: String,
    approval_count: Long,
    approvals: Set<String>,
    evidence: Set<String>,
    tag_name: String,
    target_sha: String,
    asset_name: String,
    content_type: String,
    size_bytes: Long
  }
};
`;

export const operationKinds: readonly OperationKind[] = [
  'publish_release',
  'tag_repo',
  'open_pr',
  'attach_release_asset',
];
