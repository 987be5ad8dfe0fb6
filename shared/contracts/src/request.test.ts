import { describe, expect, it } from 'vitest';
import { limits } from './limits.js';
import { PlanRequest } from './request.js';

const tag = { id: 'tag', kind: 'tag_repo', tag_name: 'v1' };
const release = { id: 'release', kind: 'publish_release', tag_name: 'v1', release_name: 'One' };
const pull = { id: 'pr', kind: 'open_pr', head: 'next', base: 'main', title: 'Merge' };
const request = (over: object = {}, operations: object[] = [tag]) => ({
  tenant_id: 'acme',
  repository: 'acme/widgets',
  operations,
  ...over,
});
/** Where a request is wrong, as `path: message`; empty where it is right. */
const faults = (value: unknown): string[] => {
  const parsed = PlanRequest.safeParse(value);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};
const paths = (value: unknown) => faults(value).map((fault) => fault.split(':')[0]);
const withTag = (over: object) => request({}, [{ ...tag, ...over }]);

describe('a plan request', () => {
  it('given the least there can be, then every default is written out, and it is a dry run', () => {
    expect(PlanRequest.parse(request({}, [tag, release, pull]))).toEqual({
      tenant_id: 'acme',
      mode: 'dry_run',
      repository: 'acme/widgets',
      operations: [
        { ...tag, depends_on: [] },
        {
          ...release,
          ...{ depends_on: [], draft: false, prerelease: false, make_latest: 'true', assets: [] },
          generate_notes: false,
        },
        {
          ...pull,
          ...{ depends_on: [], draft: false, base_may_move: false },
          ...{ labels: [], reviewers: [], team_reviewers: [] },
        },
      ],
    });
  });

  it('given what came of parsing, then parsing it again changes nothing: defaults have one form', () => {
    const parsed = PlanRequest.parse(request({}, [tag, { ...release, assets: [{ path: 'a' }] }, pull]));
    expect(PlanRequest.parse(parsed)).toEqual(parsed);
  });

  it.each<[string, unknown, string]>([
    ['an unknown key', request({ surprise: 1 }), ''],
    ['an unknown key of an operation', withTag({ force: true }), 'operations.0'],
    [
      'an unknown key of an asset',
      request({}, [{ ...release, assets: [{ path: 'a', url: 'x' }] }]),
      'operations.0.assets.0',
    ],
    ['a field of another kind', withTag({ title: 'x' }), 'operations.0'],
    [
      'an own __proto__',
      JSON.parse(
        '{"tenant_id":"acme","repository":"a/b","operations":[{"id":"t","kind":"tag_repo","tag_name":"v","__proto__":{"x":1}}]}',
      ),
      'operations.0',
    ],
    [
      'a body beyond what GitHub takes of a pull request',
      request({}, [{ ...pull, body: 'x'.repeat(65_537) }]),
      'operations.0.body',
    ],
    [
      'a body with the line of another effect',
      request({}, [{ ...release, body: '<!-- marketops:0 -->' }]),
      'operations.0.body',
    ],
    ['a title that ends in a space', request({}, [{ ...pull, title: 'Merge ' }]), 'operations.0.title'],
    ['a kind there is not', withTag({ kind: 'delete_repo' }), 'operations.0.kind'],
    ['no kind', request({}, [{ id: 'x' }]), 'operations.0.kind'],
    ['no operations', request({}, []), 'operations'],
    ['a run to retry that is none', request({ retry_of: 'run_1' }), 'retry_of'],
    ['a label twice', request({}, [{ ...pull, labels: ['Bug', 'bug'] }]), 'operations.0.labels'],
    ['a label that is two', request({}, [{ ...pull, labels: ['bug,docs'] }]), 'operations.0.labels.0'],
    ['an app as reviewer', request({}, [{ ...pull, reviewers: ['ci[bot]'] }]), 'operations.0.reviewers.0'],
    [
      'a path as team',
      request({}, [{ ...pull, team_reviewers: ['acme/docs'] }]),
      'operations.0.team_reviewers.0',
    ],
    [
      'a head repository that is none',
      request({}, [{ ...pull, head_repository: '..' }]),
      'operations.0.head_repository',
    ],
    [
      'a beginning for notes that nobody asked for',
      request({}, [{ ...release, previous_tag_name: 'v1' }]),
      'operations.0.previous_tag_name',
    ],
    [
      'too many',
      request(
        {},
        Array.from({ length: limits.operationsPerPlanMax + 1 }, (_, at) => ({ ...tag, id: `t${at}` })),
      ),
      'operations',
    ],
    ['operations that are no list', request({ operations: { 0: tag } }), 'operations'],
    ['a mode that is not exact', request({ mode: 'PROD' }), 'mode'],
    ['a mode that is null', request({ mode: null }), 'mode'],
    ['a megabyte of title', request({}, [{ ...pull, title: 'x'.repeat(1_048_576) }]), 'operations.0.title'],
    ['a bidirectional title', request({}, [{ ...pull, title: 'Merge \u202egpj.exe' }]), 'operations.0.title'],
    [
      'a zero-width release name',
      request({}, [{ ...release, release_name: 'Wid\u200bgets' }]),
      'operations.0.release_name',
    ],
    [
      'a body and a body file',
      request({}, [{ ...release, body: 'x', body_file: 'y' }]),
      'operations.0.body_file',
    ],
    [
      'a body file out of the root',
      request({}, [{ ...release, body_file: '../../etc/passwd' }]),
      'operations.0.body_file',
    ],
    [
      'a hundred and one assets',
      request({}, [{ ...release, assets: Array.from({ length: 101 }, (_, at) => ({ path: `a${at}` })) }]),
      'operations.0.assets',
    ],
    [
      'fifty-one dependencies',
      withTag({ depends_on: Array.from({ length: 51 }, (_, at) => `o${at}`) }),
      'operations.0.depends_on',
    ],
    ['a flag that is a text', request({}, [{ ...release, draft: 'false' }]), 'operations.0.draft'],
    ['a repository that climbs', request({ repository: 'acme/..' }), 'repository'],
    [
      'a repository with an encoded slash',
      withTag({ repository: 'acme%2fwidgets' }),
      'operations.0.repository',
    ],
    ['no repository at all', request({ repository: undefined }), 'operations.0.repository'],
    ['an idempotency key with a space', request({ idempotency_key: 'a b' }), 'idempotency_key'],
  ])('given %s, then it is refused at its place', (_what, value, path) => {
    expect(paths(value)).toContain(path);
  });

  it.each(['-a', 'HEAD', '@', 'a'.repeat(40), 'refs/heads/x', '$(id)', '`id`', '..', 'a b', '', 7, null])(
    'given the tag name %j, then it is refused',
    (tag_name) => {
      expect(paths(withTag({ tag_name }))).toContain('operations.0.tag_name');
      expect(paths(request({}, [{ ...release, tag_name }]))).toContain('operations.0.tag_name');
    },
  );

  it('given a branch smuggled as a tag, then its ref is refused; a name with slashes is a tag of that name', () => {
    expect(paths(withTag({ tag_name: 'refs/heads/main' }))).toContain('operations.0.tag_name');
    expect(faults(withTag({ tag_name: 'heads/main' }))).toEqual([]);
  });

  it.each([null, undefined, 7, 'x', [], [tag]])('given %j, then it is no request', (value) => {
    expect(faults(value).length).toBeGreaterThan(0);
  });
});

describe('operations among each other', () => {
  const chain = (length: number, close = false) =>
    Array.from({ length }, (_, at) => ({
      ...tag,
      id: `o${at}`,
      depends_on: at === 0 ? (close ? [`o${length - 1}`] : []) : [`o${at - 1}`],
    }));

  it('given an id twice, then the second is named', () => {
    expect(faults(request({}, [tag, release, tag]))).toEqual(['operations.2.id: "tag" is used twice']);
  });

  it('given a dependency there is not, then it is named at its place', () => {
    expect(faults(withTag({ depends_on: ['nobody'] }))).toEqual([
      'operations.0.depends_on.0: no operation has the id "nobody"',
    ]);
    expect(faults(withTag({ depends_on: ['constructor'] }))).toHaveLength(1);
  });

  it.each([
    ['itself', [{ ...tag, depends_on: ['tag'] }], 'tag → tag'],
    [
      'each other',
      [
        { ...tag, id: 'a', depends_on: ['b'] },
        { ...tag, id: 'b', depends_on: ['a'] },
      ],
      'a → b → a',
    ],
    [
      'a circle further down',
      [
        { ...tag, depends_on: ['a'] },
        { ...tag, id: 'a', depends_on: ['b'] },
        { ...tag, id: 'b', depends_on: ['a'] },
      ],
      'a → b → a',
    ],
  ])('given operations that wait for %s, then the circle is shown', (_what, operations, shown) => {
    expect(faults(request({}, operations))).toEqual([`operations: depends_on goes in a circle: ${shown}`]);
  });

  it('given a diamond, the same dependency twice, or an order that is not theirs, then it is no circle', () => {
    const diamond = [
      { ...tag, id: 'd', depends_on: ['b', 'c', 'b'] },
      { ...tag, id: 'b', depends_on: ['a'] },
      { ...tag, id: 'c', depends_on: ['a'] },
      { ...tag, id: 'a' },
    ];
    expect(faults(request({}, diamond))).toEqual([]);
  });

  it.each([
    ['a chain', chain(1_000), 0],
    ['a chain the other way', chain(1_000).reverse(), 0],
    ['a circle', chain(1_000, true), 1],
    [
      'one that waits for all it may, and all wait for one',
      [
        ...chain(1),
        ...Array.from({ length: 999 }, (_, at) => ({ ...tag, id: `w${at}`, depends_on: ['o0'] })),
      ],
      0,
    ],
  ])('given %s of a thousand, then it is judged at once, however deep', (_what, operations, expected) => {
    const startedAt = performance.now();
    expect(faults(request({}, operations))).toHaveLength(expected);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('given many faults, then all of them are told', () => {
    const broken = request({ mode: 'live' }, [
      { ...tag, tag_name: '-a' },
      { ...pull, title: '' },
    ]);
    expect(paths(broken)).toEqual(
      expect.arrayContaining(['mode', 'operations.0.tag_name', 'operations.1.title']),
    );
  });
});
