import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLaws } from './law-table.js';
import { writeSeal } from './sealing/files.js';
import { historyFaults, historyMissing } from './sealing/history.js';
import { lawsNow, makeSeal } from './sealing/seal.js';
import { createTestReader } from './sealing/sealed-tests.js';
import { setFaults } from './sealing/sets.js';
import { definition, files, type Project, sealedProjects } from './testing/project.js';

const sealedProject = sealedProjects();
const faults = (the: Project) => the.check().faults.join('\n');

/** A project in git, its seal and one amendment committed. */
function committed(): Project {
  const the = sealedProject();
  the.git('init', '--quiet');
  commit(the);
  the.change(files.test, 'used = 0', 'used = 1');
  the.amend();
  commit(the);
  expect(faults(the)).toBe('');
  return the;
}

function commit(the: Project): void {
  the.git('add', '.');
  the.git('commit', '--quiet', '--message', 'a step');
}

/** What an attacker of the seal does who makes its digests right again: sealed anew as things are now. */
function sealAnew(the: Project): void {
  for (const file of [files.seal, files.amendments]) rmSync(join(the.root, file));
  const now = lawsNow(definition.laws, readLaws(the.root), createTestReader(the.root, the.tests));
  writeSeal(the.root, makeSeal(definition, now, '2026-01-31'));
}

describe('the history of a seal', () => {
  it('given it is sealed anew over what it forbade, then git remembers', () => {
    const the = committed();
    the.change(files.test, "expect(answer.code).toBe('consumed');", '');
    sealAnew(the);
    expect(faults(the)).toContain(`${files.seal} was changed (the working copy)`);
    expect(faults(the)).toContain(`${files.amendments} lost or changed a line`);
  });

  it('given that is committed, then it is a fault from then on', () => {
    const the = committed();
    the.change(files.test, "expect(answer.code).toBe('consumed');", '');
    sealAnew(the);
    commit(the);
    expect(faults(the)).toMatch(/was changed \(commit [0-9a-f]{12}\)/);
  });

  it('given amendments are taken out with the change they recorded, then git remembers', () => {
    const the = committed();
    the.change(files.test, 'used = 1', 'used = 0');
    the.write(files.amendments, '');
    expect(faults(the)).toBe(
      `${files.amendments} lost or changed a line; amendments are only added (the working copy)`,
    );
  });

  it('given one more amendment, then nothing is wrong', () => {
    const the = committed();
    the.change(files.test, 'used = 1', 'used = 2');
    the.amend();
    expect(faults(the)).toBe('');
  });
});

describe('a clone without its history', () => {
  const cloned = (the: Project, ...how: readonly string[]): string => {
    const root = join(the.root, 'clone');
    the.git('clone', '--quiet', ...how, `file://${the.root}`, root);
    return root;
  };

  it('given it is shallow, then that is told, for the seal may have been another', () => {
    const the = committed();
    the.change(files.test, 'used = 1', 'used = 2');
    sealAnew(the);
    commit(the);
    expect(historyFaults(cloned(the, '--depth=1'), definition)).toEqual([]);
    expect(historyMissing(join(the.root, 'clone'))).toMatch(/this clone is shallow.*git fetch --unshallow/);
  });

  it('given it is whole, then it is not', () => {
    const clone = cloned(committed());
    expect(historyMissing(clone)).toBeUndefined();
    expect(setFaults(clone, [definition])).toEqual([]);
  });

  it('given git cannot read it, then that is told, and not as an archive', () => {
    const the = committed();
    rmSync(join(the.root, '.git/HEAD'));
    expect(historyMissing(the.root)).toContain('git does not read this repository');
  });

  it('given there is no git, then nothing is compared, and no fault', () => {
    const the = sealedProject();
    expect(historyMissing(the.root)).toContain('no git here');
    expect(the.checkSets()).toEqual([]);
  });
});

describe('a seal whose definition is gone', () => {
  const strays = [files.amendments, files.seal].map((file) => expect.stringContaining(`${file} is of a`));

  it('given its files are there, then that is a fault', () => {
    expect(sealedProject().checkSets([])).toEqual(strays);
  });

  it('given its files are taken away too, then git remembers', () => {
    const the = committed();
    expect(the.checkSets()).toEqual([]);
    for (const file of [files.seal, files.amendments]) rmSync(join(the.root, file));
    commit(the);
    expect(the.checkSets([])).toEqual(strays);
  });

  it('given it is of another version, then that is a fault too', () => {
    expect(sealedProject().checkSets([{ ...definition, version: '1.0.1' }])).toEqual(strays);
  });
});

describe('the tag of a seal', () => {
  const tag = (the: Project, message: string) => the.git('tag', '-a', 'small-law-1.0.0', '-m', message);
  const digestOf = (the: Project) => (JSON.parse(the.text(files.seal)) as { readonly digest: string }).digest;

  it('given it is of this seal and names its digest, then it holds', () => {
    const the = committed();
    tag(the, `small-law 1.0.0\n\nseal: ${digestOf(the)}`);
    expect(faults(the)).toBe('');
  });

  it('given it names another digest, then that is a fault', () => {
    const the = committed();
    tag(the, 'small-law 1.0.0');
    expect(faults(the)).toContain(`the message of the tag small-law-1.0.0 does not name ${digestOf(the)}`);
  });

  it('given the seal was another when it was tagged, then that is a fault', () => {
    const the = committed();
    tag(the, digestOf(the));
    the.change(files.seal, '2026-01-31', '2026-01-30');
    expect(faults(the)).toContain(`the tag small-law-1.0.0 has another ${files.seal}`);
  });
});
