import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const script = join(root, 'infra/release/version.mjs');
const packages = ['shared', 'services', 'infra']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .concat('services/console/web', 'tests');

/** What a release writes, in a folder of its own: the packages’ own words, and who names the image. */
function workingCopy(changes: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'marketops-release-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const files = packages.map((folder) => `${folder}/package.json`);
  for (const path of [...files, 'package.json', 'package-lock.json', '.changeset/config.json', ...named]) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    // A folder that is no package has nothing to copy.
    try {
      cpSync(join(root, path), join(dir, path));
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault;
    }
  }
  for (const [name, text] of Object.entries(changes)) writeFileSync(join(dir, '.changeset', name), text);
  return dir;
}
const named = ['CHANGELOG.md', 'docker-compose.yml', 'infra/kubernetes/base/kustomization.yaml'];

const options: ExecFileSyncOptions & { encoding: 'utf8' } = {
  ...{ encoding: 'utf8', timeout: 60_000 },
  stdio: ['ignore', 'pipe', 'pipe'],
};
const release = (dir: string): string =>
  execFileSync(process.execPath, [script, dir], { ...options, cwd: dir });
const read = (dir: string, path: string): string => readFileSync(join(dir, path), 'utf8');
const about = (dir: string, path: string) =>
  JSON.parse(read(dir, `${path}/package.json`)) as {
    version: string;
    dependencies?: Record<string, string>;
  };

describe('npm run release:version', () => {
  it('given two changes, then every package, its neighbours’ word of it, the image and the changelog have the next version', () => {
    const dir = workingCopy({
      'small.md': '---\n"@marketops/proof": patch\n---\n\nA small thing.\n',
      'large.md': '---\n"@marketops/verifier": minor\n---\n\nA large thing,\nin two lines.\n',
    });
    const { version: before } = about(root, 'shared/contracts');
    const [major = '', minor = ''] = before.split('.');
    const next = `${major}.${Number(minor) + 1}.0`;
    expect(release(dir)).toContain(`${before} → ${next}: 2 changes`);
    for (const path of ['shared/contracts', 'services/publisher', 'services/console', '.'])
      expect(about(dir, path).version, path).toBe(next);
    expect(about(dir, 'shared/verifier').dependencies).toMatchObject({ '@marketops/proof': next });
    expect(read(dir, 'docker-compose.yml')).toContain(`image: marketops:${next}`);
    expect(read(dir, 'docker-compose.yml')).not.toContain(`marketops:${before}`);
    expect(read(dir, 'infra/kubernetes/base/kustomization.yaml')).toContain(`newTag: ${next}`);
    const changelog = read(dir, 'CHANGELOG.md');
    expect(changelog).toMatch(
      new RegExp(
        `## ${next} \\(\\d{4}-\\d\\d-\\d\\d\\)\n\n- A large thing,\n  in two lines.\n- A small thing.\n\n## `,
      ),
    );
    expect(readdirSync(join(dir, '.changeset'))).toEqual(['config.json']);
  });

  it('given nothing that waits, or what is no changeset, then it refuses and changes nothing', () => {
    const refused = (changes: Readonly<Record<string, string>>) => {
      const dir = workingCopy(changes);
      expect(() => release(dir)).toThrow(/error {2}/);
      expect(about(dir, 'shared/proof').version).toBe(about(root, 'shared/proof').version);
      expect(read(dir, 'CHANGELOG.md')).toBe(read(root, 'CHANGELOG.md'));
    };
    refused({});
    refused({ 'odd.md': 'no head\n' });
  });
});

describe('the image', () => {
  it('is named by the version of the packages wherever it is named', () => {
    const { version } = about(root, '.');
    expect(version).toBe(about(root, 'shared/contracts').version);
    expect(read(root, 'docker-compose.yml').match(/marketops:\d[\w.-]*/g)).toSatisfy((names: string[]) =>
      names.every((name) => name === `marketops:${version}`),
    );
    expect(read(root, 'infra/kubernetes/base/kustomization.yaml')).toContain(`newTag: ${version}`);
  });
});
