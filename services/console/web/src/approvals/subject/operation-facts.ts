import { type Operation, type Repository, repositoryFullName } from '@marketops/contracts';
import { bytes } from '../../text/words.js';

/** One line of what an operation would do. */
interface Fact {
  readonly name: string;
  readonly value: string;
  /** Digests and commits, in a fixed-width face. */
  readonly mono?: true;
}

export interface OperationFacts {
  /** `Publish the release v1.4.0 in acme/widgets`. */
  readonly title: string;
  readonly facts: readonly Fact[];
  /** A long text as it would stand there: release notes, a message, a pull request's description. */
  readonly text: { readonly label: string; readonly body: string } | undefined;
}

/** An operation whole, for somebody who is about to sign it: every value that its digest covers is told. Pure. */
export function operationFacts(operation: Operation): OperationFacts {
  const where = repositoryFullName(operation.repository);
  const facts = [repositoryFact('repository', operation.repository), ...factsByKind(operation)];
  const { salt } = operation;
  return {
    title: titleOf(operation, where),
    facts: salt === undefined ? facts : [...facts, mono('salt (the plan is sealed)', salt)],
    text: textOf(operation),
  };
}

function titleOf(operation: Operation, where: string): string {
  switch (operation.kind) {
    case 'tag_repo':
      return `Create the tag ${operation.tag_name} in ${where}`;
    case 'publish_release':
      return `${operation.draft ? 'Draft' : 'Publish'} the release ${operation.tag_name} in ${where}`;
    case 'open_pr':
      return `Open a ${operation.draft ? 'draft ' : ''}pull request into ${operation.base.ref} of ${where}`;
    case 'attach_release_asset':
      return `Add ${operation.asset.name} to the release ${operation.tag_name} of ${where}`;
  }
}

function factsByKind(operation: Operation): Fact[] {
  switch (operation.kind) {
    case 'tag_repo':
      return tagFacts(operation);
    case 'publish_release':
      return [
        ...tagFacts(operation),
        plain('title', operation.release_name),
        plain('draft', yesNo(operation.draft)),
        plain('prerelease', yesNo(operation.prerelease)),
        plain('becomes the latest', operation.make_latest),
        ...operation.assets.flatMap((asset) => assetFacts(asset)),
      ];
    case 'open_pr': {
      const { head, base } = operation;
      return [
        repositoryFact('from repository', head.repository),
        plain('from branch', head.ref),
        mono('from commit', head.sha),
        plain('into branch', base.ref),
        mono('into commit', base.sha),
        plain('may the base move', yesNo(operation.base_may_move)),
        plain('title', operation.title),
        plain('draft', yesNo(operation.draft)),
        plain('labels', listed(operation.labels)),
        plain('reviewers', listed(operation.reviewers)),
        plain('reviewing teams', listed(operation.team_reviewers)),
      ];
    }
    case 'attach_release_asset':
      return [
        plain('release number', String(operation.release_id)),
        ...tagFacts(operation),
        ...assetFacts(operation.asset),
      ];
  }
}

function textOf(operation: Operation): OperationFacts['text'] {
  switch (operation.kind) {
    case 'tag_repo':
      return { label: 'message', body: operation.message };
    case 'publish_release':
      return { label: 'release notes', body: operation.body };
    case 'open_pr':
      return { label: 'description', body: operation.body };
    case 'attach_release_asset':
      return undefined;
  }
}

const plain = (name: string, value: string): Fact => ({ name, value });
const mono = (name: string, value: string): Fact => ({ name, value, mono: true });
const yesNo = (value: boolean): string => (value ? 'yes' : 'no');
const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

const repositoryFact = (name: string, repository: Repository): Fact =>
  plain(name, `${repositoryFullName(repository)} (number ${repository.id})`);

const tagFacts = ({
  tag_name,
  target_sha,
}: {
  readonly tag_name: string;
  readonly target_sha: string;
}): Fact[] => [plain('tag', tag_name), mono('at commit', target_sha)];

interface AssetLike {
  readonly name: string;
  readonly size_bytes: number;
  readonly sha256: string;
  readonly content_type: string;
}

const assetFacts = ({ name, size_bytes: size, sha256, content_type: type }: AssetLike): Fact[] => [
  plain('asset', `${name}, ${bytes(size)} (${size} bytes), ${type}`),
  mono('its SHA-256', sha256),
];
