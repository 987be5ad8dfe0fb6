import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lawChecks } from './checks.js';
import { lawEvidence } from './evidence.js';
import { lawNamed, readLawManifest, sealOfLaw, testsOfLaw } from './manifest.js';

const root = new URL('../../../../', import.meta.url);
const manifest = readLawManifest();
const active = manifest.laws.filter(({ status }) => status === 'active').map(({ id }) => id);

describe('what enforces each law', () => {
  it('each stands where it says, under that name', () => {
    for (const { name, file } of Object.values(lawChecks).flat()) {
      const path = fileURLToPath(new URL(file, root));
      expect(existsSync(path), file).toBe(true);
      const declared = new RegExp(`^export (async )?(function|const|class|interface) ${name}\\b`, 'm');
      expect(readFileSync(path, 'utf8'), file).toMatch(declared);
    }
  });

  it('a check of the gate stands at the number the gate asks it at', () => {
    const gate = readFileSync(fileURLToPath(new URL('services/publisher/src/gate/gate.ts', root)), 'utf8');
    const asked = [...gate.matchAll(/^ {2}\w+: (check\w+),$/gm)].map(([, name]) => name);
    expect(asked).toHaveLength(12);
    const checks = Object.values(lawChecks).flat();
    const numbered = checks.filter((check) => check.gate_check !== undefined);
    expect(numbered.map(({ name }) => asked.indexOf(name) + 1)).toEqual(
      numbered.map((check) => check.gate_check),
    );
    const unnumbered = checks.filter((check) => check.gate_check === undefined);
    expect(unnumbered.filter(({ name }) => asked.includes(name))).toEqual([]);
  });

  it('every active law has one, and no other has', () => {
    expect(Object.keys(lawChecks).sort()).toEqual(active.toSorted());
  });

  it('evidence is of active laws alone', () => {
    expect(Object.keys(lawEvidence).filter((id) => !active.includes(id))).toEqual([]);
  });
});

describe('laws.json', () => {
  it('has tests for every active law', () => {
    expect(active.filter((id) => testsOfLaw(manifest, id).length === 0)).toEqual([]);
  });

  it('says which laws are sealed', () => {
    expect(sealOfLaw(manifest, 'D3')).toMatchObject({ seal: 'dryrun-law', version: '1.0.0' });
    expect(sealOfLaw(manifest, 'P8')).toMatchObject({ seal: 'github-publisher', version: '1.0.0' });
    expect(sealOfLaw(manifest, 'E1')).toBeUndefined();
  });

  it('given an id in small letters, then it is found; given none of ours, then that is told', () => {
    expect(lawNamed(manifest, 'p4')).toMatchObject({ id: 'P4' });
    expect(() => lawNamed(manifest, 'Q1')).toThrow(expect.objectContaining({ code: 'law_unknown' }));
  });
});
