import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@marketops/engine';
import { knownNames } from '@marketops/policy';
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

  it('given what health is asked, then it says what is in force since when, and what is refused until it is not', () => {
    writePolicyDirectory(folder, testPolicyFiles);
    let nowMs = Date.parse('2026-03-01T12:00:00.000Z');
    const live = openLivePolicy(nodeCrypto, folder, log(), { nowMs: () => nowMs });
    const look = () => {
      nowMs += 1_000;
      live.reload();
    };
    const first = live.current().digest;
    const inForce = { digest: first, policies: 1, loaded_at: '2026-03-01T12:00:00.000Z', doubts: 0 };
    expect(live.health()).toEqual({ ...inForce, refused: null });
    put('permit everything');
    for (let time = 0; time < 3; time += 1) look();
    const refused = { code: 'policy_malformed', time: '2026-03-01T12:00:02.000Z' };
    expect(live.health()).toMatchObject({ ...inForce, refused });
    rmSync(folder, { recursive: true });
    look();
    expect(live.health().refused).toMatchObject({ code: 'policy_unreadable' });
    writePolicyDirectory(folder, { 'acme.cedar': 'permit everything' });
    look();
    expect(live.health().refused).toMatchObject(refused);
    writePolicyDirectory(folder, testPolicyFiles);
    for (let time = 0; time < 2; time += 1) look();
    expect(live.health()).toEqual({ ...inForce, refused: null });
    writePolicyDirectory(folder, { 'acme.cedar': denies + forbids });
    for (let time = 0; time < 2; time += 1) look();
    expect(live.health()).toMatchObject({
      policies: 2,
      loaded_at: '2026-03-01T12:00:09.000Z',
      refused: null,
    });
    expect(live.health().digest).not.toBe(first);
  });
});

describe('P8: the names of the system', () => {
  const ofTenant = (tenant: string) =>
    forbids.replace('resource)', `resource) when { context.tenant == "${tenant}" }`);
  const withTenants = (names: readonly string[]) => {
    const tenants = { current: names };
    const known = () => knownNames({ ci: { tenants: tenants.current } }, []);
    return { tenants, open: () => openLivePolicy(nodeCrypto, folder, log(), { known }) };
  };

  it('given a forbid of what there is not, then it does not start', () => {
    writePolicyDirectory(folder, { ...testPolicyFiles, 'no.cedar': ofTenant('other') });
    expect(withTenants(['acme']).open).toThrowError(
      expect.objectContaining({ code: 'policy_name_unknown', file: 'no.cedar' }),
    );
  });

  it('given it names what comes only later, then it is refused until it has come, with no change of the files', () => {
    writePolicyDirectory(folder, testPolicyFiles);
    const { tenants, open: start } = withTenants(['acme']);
    const live = start();
    put(ofTenant('other'), 'no.cedar');
    for (let time = 0; time < 3; time += 1) live.reload();
    expect(live.health()).toMatchObject({ policies: 1, refused: { code: 'policy_name_unknown' } });
    expect(errors).toHaveLength(1);
    tenants.current = ['acme', 'other'];
    for (let time = 0; time < 2; time += 1) live.reload();
    expect(live.health()).toMatchObject({ policies: 2, refused: null });
  });

  it('given a permit of what there is not, then it is in force, and that is counted', () => {
    const permit = '@id("x") permit (principal == Principal::"cl", action, resource);';
    writePolicyDirectory(folder, { ...testPolicyFiles, 'x.cedar': permit });
    expect(withTenants(['acme']).open().health()).toMatchObject({ policies: 2, doubts: 1, refused: null });
  });
});
