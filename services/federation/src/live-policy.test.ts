import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@marketops/engine';
import { testPolicyFiles, writePolicyDirectory } from '@marketops/policy/testing';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLivePolicy } from './live-policy.js';
import { tagOf } from './testing/plan.js';

let folder: string;
let errors: unknown[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-policies-'));
  errors = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = () => {
  const silent = createLog('federation', 'silent');
  silent.error = (said: unknown) => void errors.push(said);
  return silent;
};
const open = () => openLivePolicy(nodeCrypto, folder, log());
const forbids = '@id("no") @reason("r") @remedy("r") forbid (principal, action, resource);';
const put = (text: string, name = 'acme.cedar') => writeFileSync(join(folder, name), text);
const denies = '@id("acme") permit (principal, action, resource) when { resource.owner == "nobody" };';
const allows = ({ current }: ReturnType<typeof open>) =>
  current().decide({
    ...{ operation: tagOf(), tenantId: 'acme', principal: 'ci' },
    ...{ approvals: [], evidence: [] },
  }).allowed;

describe('the policies in force', () => {
  it.each([
    ['no folder', () => rmSync(folder, { recursive: true }), 'policy_unreadable'],
    ['a folder without policies', () => undefined, 'policy_missing'],
    ['what is no Cedar', () => put('permit everything'), 'policy_malformed'],
    [
      'a policy without an id',
      () => put('permit (principal, action, resource);'),
      'policy_annotation_invalid',
    ],
    [
      'what the schema does not have',
      () => put('@id("x") permit (principal, action, resource) when { resource.moon };'),
      'policy_invalid',
    ],
  ])('P8: given %s at the start, then it does not start', (_what, prepare, code) => {
    prepare();
    expect(open).toThrowError(expect.objectContaining({ code }));
  });

  it('F2: given a file changes, then the new policies are in force when two looks have seen the same, under another digest', () => {
    writePolicyDirectory(folder, testPolicyFiles);
    const live = open();
    const before = live.current().digest;
    live.reload();
    expect([allows(live), live.current().digest]).toEqual([true, before]);
    put(denies);
    expect(allows(live)).toBe(true);
    live.reload();
    // Seen once it may be half written.
    expect(allows(live)).toBe(true);
    live.reload();
    expect(allows(live)).toBe(false);
    expect(live.current().digest).not.toBe(before);
  });

  it('P8: given a change cannot be taken into force, then the old ones stay, and that is said once for each change', () => {
    writePolicyDirectory(folder, testPolicyFiles);
    const live = open();
    const before = live.current();
    put('permit everything');
    for (let time = 0; time < 3; time += 1) live.reload();
    expect([live.current() === before, errors.length]).toEqual([true, 1]);
    expect(errors[0]).toMatchObject({ fault: { code: 'policy_malformed' } });
    rmSync(folder, { recursive: true });
    for (let time = 0; time < 3; time += 1) live.reload();
    expect([live.current() === before, errors.length]).toEqual([true, 2]);
    writePolicyDirectory(folder, { 'acme.cedar': denies });
    for (let time = 0; time < 2; time += 1) live.reload();
    expect([allows(live), errors.length]).toEqual([false, 2]);
  });

  it('P8: given one of two files is broken, then neither change is taken', () => {
    writePolicyDirectory(folder, testPolicyFiles);
    const live = open();
    put(denies);
    put('broken', 'more.cedar');
    for (let time = 0; time < 3; time += 1) live.reload();
    expect(allows(live)).toBe(true);
  });

  it('F2: given a look while the folder is being written, then what stood there in between is never in force', () => {
    writePolicyDirectory(folder, testPolicyFiles);
    put(forbids, 'more.cedar');
    const live = open();
    expect(allows(live)).toBe(false);
    rmSync(join(folder, 'more.cedar'));
    live.reload();
    expect(allows(live)).toBe(false);
    put(forbids, 'more.cedar');
    for (let time = 0; time < 3; time += 1) live.reload();
    expect(allows(live)).toBe(false);
  });
});
