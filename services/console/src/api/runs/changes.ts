import { type Operation, repositoryFullName } from '@marketops/contracts';
import type { z } from '../define.js';
import type { Change as ChangeView } from './detail.js';

type Change = z.input<typeof ChangeView>;
type Form = Change['form'];
type Field = readonly [field: string, value: string, form?: Form];

/** What will be there afterwards, in a sentence. */
export function effectOf(operation: Operation | undefined): string {
  if (operation === undefined) return 'Nothing: something is missing, so there is no whole operation.';
  const where = repositoryFullName(operation.repository);
  switch (operation.kind) {
    case 'tag_repo':
      return `An annotated tag ${operation.tag_name} at ${operation.target_sha.slice(0, 10)} in ${where}.`;
    case 'publish_release':
      return `A ${operation.draft ? 'draft ' : ''}release “${operation.release_name}” of ${operation.tag_name} in ${where}, with ${operation.assets.length} files.`;
    case 'open_pr':
      return `A pull request “${operation.title}” from ${operation.head.ref} into ${operation.base.ref} in ${where}.`;
    case 'attach_release_asset':
      return `The file ${operation.asset.name} at the release of ${operation.tag_name} in ${where}.`;
  }
}

const asset = (one: { name: string; size_bytes: number; sha256: string; content_type: string }): Field[] => [
  [`file ${one.name}`, one.sha256, 'digest'],
  [`file ${one.name}: size`, String(one.size_bytes), 'bytes'],
  [`file ${one.name}: type`, one.content_type],
];

/** Every value that somebody authorizes, by the name it has at GitHub. */
function fieldsOf(operation: Operation): Field[] {
  const repository: Field[] = [
    ['repository', `${repositoryFullName(operation.repository)} (number ${operation.repository.id})`],
  ];
  switch (operation.kind) {
    case 'tag_repo':
      return [
        ...repository,
        ['tag', operation.tag_name],
        ['commit', operation.target_sha, 'digest'],
        ['message', operation.message, 'text'],
      ];
    case 'publish_release':
      return [
        ...repository,
        ['title', operation.release_name],
        ['tag', operation.tag_name],
        ['commit', operation.target_sha, 'digest'],
        ['body', operation.body, 'text'],
        ['draft', String(operation.draft)],
        ['prerelease', String(operation.prerelease)],
        ['latest', operation.make_latest],
        ...operation.assets.flatMap(asset),
      ];
    case 'open_pr':
      return [
        ...repository,
        ['title', operation.title],
        ['head', `${repositoryFullName(operation.head.repository)}:${operation.head.ref}`],
        ['head commit', operation.head.sha, 'digest'],
        ['base', operation.base.ref],
        ['base commit', operation.base.sha, 'digest'],
        ['base may move', String(operation.base_may_move)],
        ['body', operation.body, 'text'],
        ['draft', String(operation.draft)],
        ['labels', operation.labels.join(', ')],
        ['reviewers', operation.reviewers.join(', ')],
        ['team reviewers', operation.team_reviewers.join(', ')],
      ];
    case 'attach_release_asset':
      return [
        ...repository,
        ['release', `${operation.tag_name} (number ${operation.release_id})`],
        ['commit', operation.target_sha, 'digest'],
        ...asset(operation.asset),
      ];
  }
}

/**
 * What an operation makes, field by field, beside what the same operation of another plan would have made.
 * @param compared undefined where there is no other plan: then every field is new
 */
export function changesOf(operation: Operation | undefined, compared: Operation | undefined): Change[] {
  const before = new Map(compared === undefined ? [] : fieldsOf(compared).map((one) => [one[0], one]));
  const after = operation === undefined ? [] : fieldsOf(operation);
  const kept = after.map(([field, value, form = 'value']): Change => {
    const was = before.get(field)?.[1] ?? null;
    before.delete(field);
    return { field, before: was, after: value, form };
  });
  const gone = [...before.values()].map(
    ([field, value, form = 'value']): Change => ({ field, before: value, after: null, form }),
  );
  return [...kept, ...gone];
}
