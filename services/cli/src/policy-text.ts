import { matchesRepository, type OperationKind } from '@marketops/contracts';
import { stringify } from 'yaml';

/** A like-condition has three operators, and a policy may have so many. */
const patternsPerPolicy = 30;

const kinds: readonly { readonly kind: OperationKind; readonly id: string; readonly given: string }[] = [
  { kind: 'tag_repo', id: 'tags', given: 'tag_name: v1.0.0' },
  { kind: 'publish_release', id: 'releases', given: 'tag_name: v1.0.0' },
  { kind: 'open_pr', id: 'pull-requests', given: 'head_ref: next, base_ref: main' },
  {
    kind: 'attach_release_asset',
    id: 'release-assets',
    given: 'tag_name: v1.0.0, asset_name: proof.json',
  },
];

/**
 * The first policies of a system, and their table of cases: every kind of operation, on these repositories.
 * @param repositories `owner/name`; either may be `*`
 */
export function firstPolicies(repositories: readonly string[]): Readonly<Record<string, string>> {
  return {
    'repositories.cedar': policies(repositories),
    'repositories.test.yml': table(repositories),
  };
}

function policies(repositories: readonly string[]): string {
  return `// Which repositories each kind of operation may touch. What no policy permits is denied.
// Names of repositories are lower case here. marketops policy check reads this folder, marketops policy test runs the
// tables of cases (*.test.yml); docs/policies.md says what else policies can ask about.

${kinds.flatMap(({ kind, id }) => permits(kind, id, repositories)).join('\n')}
// Two people for every release that everybody gets: take the slashes away, and add the case to the table.
// @id("two-people-for-a-release")
// @reason("A release is approved by two people.")
// @remedy("Ask two approvers: marketops approvals, then marketops approve <run>.")
// @approvals("2")
// forbid (principal, action == Action::"publish_release", resource)
// when { !context.draft && !context.prerelease }
// unless { context.approval_count >= 2 };
`;
}

function permits(kind: OperationKind, id: string, repositories: readonly string[]): string[] {
  return conditions(repositories).map((condition, index) => {
    const when = condition === undefined ? '' : `\nwhen { ${condition} }`;
    const name = index === 0 ? id : `${id}-${index + 1}`;
    return `@id("${name}")\npermit (principal, action == Action::"${kind}", resource)${when};\n`;
  });
}

/** One for the names as they are, and one for every few with a star; undefined stands for all there are. */
function conditions(repositories: readonly string[]): (string | undefined)[] {
  const names = [...new Set(repositories.map((name) => name.toLowerCase()))];
  if (names.includes('*/*')) return [undefined];
  const plain = names.filter((name) => !name.includes('*'));
  const patterns = names.filter((name) => name.includes('*'));
  const all = plain.length === 0 ? [] : [`[${plain.map(quoted).join(', ')}].contains(resource.full_name)`];
  for (let at = 0; at < patterns.length; at += patternsPerPolicy) {
    const some = patterns.slice(at, at + patternsPerPolicy);
    all.push(some.map((pattern) => `resource.full_name like ${quoted(pattern)}`).join(' || '));
  }
  return all;
}

/** Letters, digits, dots, _, - and * need no escapes. */
const quoted = (text: string): string => `"${text}"`;

function table(repositories: readonly string[]): string {
  const [first = ''] = repositories;
  const allowed = first.replaceAll('*', 'any');
  const denied = ['nobody/nothing', 'somebody/something', 'anybody/anything'].find(
    (name) => !repositories.some((pattern) => matchesRepository(pattern, name)),
  );
  const row = (name: string, repository: string, given: string, kind: OperationKind, outcome: string) =>
    `  - name: ${stringify(name).trim()}
    given: { operation: { kind: ${kind}, repository: ${stringify(repository).trim()}, ${given} } }
    expect: ${outcome}
`;
  const rows = kinds.flatMap(({ kind, given }) => [
    row(`${kind} on ${allowed}`, allowed, given, kind, 'allow'),
    ...(denied === undefined ? [] : [row(`${kind} elsewhere`, denied, given, kind, 'deny')]),
  ]);
  return `# What the policies beside this file must answer: marketops policy test.\ncases:\n${rows.join('')}`;
}
