import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { lawTestsOf } from './collected.js';
import { coverageFaults, type Law, lawsNamed, mandatoryLaws, readLaws } from './law-table.js';
import { run } from './main.js';
import { type Manifest, manifestFaults } from './manifest.js';
import { sealDefinitions } from './sealing/definitions.js';
import { nameOf } from './sealing/seal.js';
import { files, sealedProjects } from './testing/project.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the list of laws', () => {
  const law = (id: string, status = 'active'): Law => ({ id, sentence: `The law ${id}.`, status });
  const all = mandatoryLaws.map((id) => law(id));
  const tests = new Map(mandatoryLaws.map((id) => [id, ['a.test.ts › a test']]));

  it('given each law has a test, then there is no fault', () => {
    expect(coverageFaults(all, tests)).toEqual([]);
  });

  it('given a law that is gone, one without a test and a test of none, then all three are told', () => {
    const without = new Map(tests).set('X9', ['b.test.ts › of X9']);
    without.delete('E1');
    without.delete('L3');
    const laws = [...all.filter(({ id }) => id !== 'O2' && id !== 'L3'), law('L3', 'planned: later')];
    expect(coverageFaults(laws, without)).toEqual([
      'O2 is missing from docs/laws.md',
      'E1 has no test whose name carries it',
      'a.test.ts › a test names O2, which is no law',
      'b.test.ts › of X9 names X9, which is no law',
    ]);
  });

  it('given a name, then the laws it carries are told once each', () => {
    expect(lawsNamed('P4, R3: used twice (P4) > sha256 P4a D10')).toEqual(['P4', 'R3']);
  });
});

describe('the manifest', () => {
  const tests = lawTestsOf('/p', [
    { file: '/p/b.test.ts', name: 'P4: two' },
    { file: '/p/a.test.ts', name: 'of no law' },
    { file: '/p/b.test.ts', name: 'P4: one' },
  ]);
  const now: Manifest = { laws: [], seals: [], tests };

  it('lists the tests that carry a law’s id, in order', () => {
    expect(tests).toEqual({ 'b.test.ts': ['P4: one', 'P4: two'] });
  });

  it('given it is what is so, then there is no fault', () => {
    expect(manifestFaults(structuredClone(now), now)).toEqual([]);
  });

  it.each<readonly [string, Manifest | undefined, RegExp]>([
    ['is missing', undefined, /missing or cannot be read/],
    [
      'lacks a test',
      { ...now, tests: { 'b.test.ts': ['P4: one'] } },
      /it lacks the test b\.test\.ts › P4: two/,
    ],
    [
      'has one too many',
      { ...now, tests: { ...tests, 'c.test.ts': ['P5: x'] } },
      /vitest collects no test c\.test\.ts › P5: x/,
    ],
    [
      'has another law',
      { ...now, laws: [{ id: 'P4', sentence: '', status: '' }] },
      /not those of docs\/laws\.md/,
    ],
  ])('given it %s, then that is told with what to do', (_what, committed, said) => {
    const faults = manifestFaults(committed, now).join('\n');
    expect(faults).toMatch(said);
    expect(faults).toContain('npm run laws -- --write');
  });
});

describe('npm run laws', () => {
  it.each([
    ['an unknown word', ['repeal'], 'there is no "repeal"'],
    ['an unknown option', ['--force'], "Unknown option '--force'"],
    ['nobody who amends', ['amend', '--why', 'because it is better'], '--by says who'],
    ['no reason', ['amend', '--by', 'alice', '--why', 'because'], '--why says why'],
    ['a word too many', ['check', 'P4'], 'one word too many'],
  ])('given %s, then it says what it takes, and ends with 2', (_what, given, said) => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(run(root, given)).toBe(2);
      expect(told.mock.calls.join('')).toContain(said);
      expect(told.mock.calls.join('')).toContain('npm run laws -- amend --by');
    } finally {
      told.mockRestore();
    }
  });
});

describe('npm run laws -- --quick', () => {
  const sealedProject = sealedProjects();

  it('given a seal that no definition has, then it says so, and that there is no git to compare with', () => {
    const the = sealedProject();
    the.write('services/cli/laws.json', JSON.stringify({ laws: [], seals: [], tests: the.tests }));
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const shown = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      expect(run(the.root, ['--quick'])).toBe(1);
      expect(told.mock.calls.join('')).toContain(`✗ ${files.seal} is of a sealed set that`);
      expect(shown.mock.calls.join('')).toContain('no git here');
    } finally {
      told.mockRestore();
      shown.mockRestore();
    }
  });
});

describe('the milestones', () => {
  const laws = new Set(readLaws(root).map(({ id }) => id));

  it.each(sealDefinitions)(
    '$seal: its laws are laws, and its page says its promise and its tag',
    (definition) => {
      expect(definition.laws.filter((id) => !laws.has(id))).toEqual([]);
      const name = nameOf(definition);
      const page = readFileSync(join(root, `docs/milestones/${name}.md`), 'utf8');
      expect(page.replace(/\s+/g, ' ')).toContain(definition.promise);
      expect(page).toContain(`git tag -a ${name} -m`);
      expect(page).toContain(`./docs/milestones/${name}.json').digest`);
      expect(page).toContain(definition.laws.join(', '));
      expect(existsSync(join(root, `docs/milestones/${name}.amendments.jsonl`))).toBe(true);
    },
  );

  it('the sealed sets are these, and none has gone', () => {
    expect(sealDefinitions.map(nameOf)).toEqual(['dryrun-law-1.0.0', 'github-publisher-1.0.0']);
    expect(sealDefinitions.flatMap(({ laws: ids }) => ids)).toHaveLength(13);
  });

  it('no law is sealed twice', () => {
    const sealed = sealDefinitions.flatMap(({ laws: ids }) => ids);
    expect(new Set(sealed).size).toBe(sealed.length);
  });
});
