import { InputError } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import type { PlacedFault } from '../errors.js';
import { parsePlan } from './parse-plan.js';
import { planRequest, type RequestOptions } from './plan-request.js';

const options: RequestOptions = {
  path: 'plan.yml',
  artifactsRoot: '/home/ops/releases',
  mode: undefined,
  idempotencyKey: 'key-1',
};

const request = (
  text: string,
  more: Partial<RequestOptions> = {},
  planFile = '/home/ops/releases/plan.yml',
) => planRequest(parsePlan(text, { path: 'plan.yml', json: false }), planFile, { ...options, ...more });

function refusal(text: string, more: Partial<RequestOptions> = {}, planFile?: string) {
  try {
    request(text, more, planFile);
  } catch (fault) {
    if (fault instanceof InputError)
      return { code: fault.code, faults: fault.faults as readonly PlacedFault[] };
    throw fault;
  }
  throw new RangeError('it was accepted');
}

const tag = (more = '') => `tenant_id: acme
repository: acme/widgets
operations:
  - id: tag
    kind: tag_repo
    tag_name: v1.4.0
${more}`;

describe('planRequest', () => {
  it('makes every default explicit, dry_run above all', () => {
    expect(request(tag())).toEqual({
      tenant_id: 'acme',
      mode: 'dry_run',
      repository: 'acme/widgets',
      idempotency_key: 'key-1',
      operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v1.4.0', depends_on: [] }],
    });
  });

  it('lets --mode stand over the file', () => {
    expect(request(`mode: dry_run\n${tag()}`, { mode: 'prod' }).mode).toBe('prod');
  });

  it.each(['PROD', 'Prod', ' prod', 'production', 'live', 'true', '""', 'null', '1', '[prod]'])(
    'refuses mode %s, and --mode does not heal it',
    (mode) => {
      const { code, faults } = refusal(`mode: ${mode === ' prod' ? '" prod"' : mode}\n${tag()}`, {
        mode: 'prod',
      });
      expect(code).toBe('mode_invalid');
      expect(faults).toMatchObject([{ path: 'mode', line: 1, column: 7 }]);
    },
  );

  it.each([
    ['an unknown key', 'colour: red\n', { path: 'colour', line: 7, column: 1 }],
    [
      'an unknown key of an operation',
      '    colour: red\n',
      { path: 'operations[0].colour', line: 7, column: 5 },
    ],
    [
      'a missing dependency',
      '    depends_on: [nobody]\n',
      { path: 'operations[0].depends_on[0]', line: 7, column: 18 },
    ],
    [
      'a title of a megabyte',
      `    message: ${'x'.repeat(1_000_000)}\n`,
      { path: 'operations[0].message', line: 7, column: 14 },
    ],
  ])('refuses %s and says where', (_what, more, fault) => {
    const { code, faults } = refusal(tag(more));
    expect(code).toBe('request_invalid');
    expect(faults).toMatchObject([fault]);
  });

  it.each(['-a', 'HEAD', '@', 'refs/heads/x', '$(id)', '`id`', 'a..b', 'a b', 'x.lock', '0'.repeat(40)])(
    'refuses the tag %s, which is no tag',
    (name) => {
      const text = tag().replace('v1.4.0', JSON.stringify(name));
      expect(refusal(text).faults).toMatchObject([{ path: 'operations[0].tag_name', line: 6, column: 15 }]);
    },
  );

  it.each(['..', '.', 'acme/..', 'acme/.', 'acme%2f..', 'acme/widgets/..', 'acme', '../acme/widgets'])(
    'refuses the repository %s',
    (name) => {
      const text = tag().replace('acme/widgets', JSON.stringify(name));
      expect(refusal(text).faults).toMatchObject([{ path: 'repository', line: 2, column: 13 }]);
    },
  );

  it('tells all faults in the order of the file', () => {
    const text = tag('    colour: red\n').replace('acme/widgets', '..').replace('v1.4.0', '-a');
    const { faults } = refusal(`mode: PROD\n${text}`);
    expect(faults.map(({ line }) => line)).toEqual([1, 3, 7, 8]);
  });
});

const release = (path: string) => `tenant_id: acme
repository: acme/widgets
operations:
  - id: release
    kind: publish_release
    tag_name: v1
    release_name: One
    assets:
      - path: ${JSON.stringify(path)}
`;

const assetPath = (path: string, planFile: string, more: Partial<RequestOptions> = {}) => {
  const [operation] = request(release(path), more, planFile).operations;
  return operation?.kind === 'publish_release' ? operation.assets[0]?.path : undefined;
};

describe('paths in a plan', () => {
  it.each([
    ['dist/a.tgz', '/home/ops/releases/plan.yml', 'dist/a.tgz'],
    ['dist/a.tgz', '/home/ops/releases/1.4.0/plan.yml', '1.4.0/dist/a.tgz'],
    ['../dist/a.tgz', '/home/ops/releases/1.4.0/plan.yml', 'dist/a.tgz'],
    ['releases/dist/a.tgz', '/home/ops/plan.yml', 'dist/a.tgz'],
  ])('%s in %s is %s below the artifacts root', (path, planFile, inside) => {
    expect(assetPath(path, planFile)).toBe(inside);
  });

  it.each([
    ['a way out', '../../etc/passwd', {}],
    ['a folder beside it with the same beginning', '../releases-old/a', {}],
    ['an absolute path', '/etc/passwd', {}],
    ['a backslash', '..\\a', {}],
    ['any file where the principal has no root', 'dist/a.tgz', { artifactsRoot: undefined }],
  ])('refuses %s', (_what, path, more) => {
    expect(refusal(release(path), more).faults).toMatchObject([
      { path: 'operations[0].assets[0].path', line: 9, column: 15 },
    ]);
  });
});
