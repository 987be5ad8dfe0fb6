import { runStream } from '@marketops/contracts';
import {
  cosignatureKeyType,
  cosignatureSigner,
  digestOf,
  encodeBase64,
  formatVerifierKey,
  parseNote,
  signNote,
} from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { expect, test } from 'vitest';
import { bundleKeyring, partsOf } from '../testing/bundle-maker.js';
import { JournalMaker } from '../testing/journal-maker.js';
import { testKey } from '../testing/keys.js';
import { rememberingCrypto } from '../testing/remembering-crypto.js';
import { operation } from '../testing/story.js';
import { makeBundle } from './make.js';
import { verifyBundle } from './verify.js';

const logKey = testKey('ledger-checkpoint-1', 'checkpoint', 'ledger');
const witness = testKey('witness', 'checkpoint', 'ledger');

/** One release with an asset, its plan and operation whole, under a checkpoint that a witness has signed as well. */
function smallBundle(maker: JournalMaker): Uint8Array {
  const asset = { name: 'widgets.tgz', size_bytes: 3, sha256: nodeCrypto.sha256Hex('tgz') };
  const body = {
    ...{
      operation_id: 'tag',
      repository: { id: 1, owner: 'acme', name: 'widgets' },
      kind: 'publish_release',
    },
    ...{ tag_name: 'v1.4.0', target_sha: 'a'.repeat(40), release_name: '1.4.0', body: '', draft: false },
    ...{ prerelease: false, make_latest: 'true', assets: [{ ...asset, content_type: 'application/gzip' }] },
  };
  const the = operation(maker, 1);
  const bound = { operation_kind: 'publish_release', operation_digest: digestOf(nodeCrypto, body) } as const;
  const plan = {
    ...{ version: 1, run_id: the.runId, tenant_id: 'acme', principal: 'ci', mode: 'prod' },
    request_digest: nodeCrypto.sha256Hex('r'),
    operations: [
      {
        ...{ operation_id: 'tag', kind: 'publish_release', repository: 'acme/widgets' },
        ...{ operation_digest: bound.operation_digest, depends_on: [], blocked_by_mode: false },
        ...{ would_ship: true, reasons: [], missing_prerequisites: [] },
      },
    ],
  };
  const plan_digest = digestOf(nodeCrypto, plan);
  const receipt = the.receiptOf({ ...bound, plan_digest });
  const ended = the.ended('operation.succeeded', receipt);
  const result = {
    ...{ remote_id: '1', url: 'https://github.com/acme/widgets/releases/1', adopted: false, sha: null },
    assets: [{ name: asset.name, remote_id: '2', sha256: asset.sha256 }],
  };
  const { audit } = ended.data;
  const run = runStream(the.runId);
  // Somebody else's entries stand around and between.
  const others = () =>
    maker.say('planner', runStream(`run_${'9'.repeat(26)}`), [{ type: 'run.stalled', data: {} }]);
  others();
  maker.say('planner', run, [
    { type: 'plan.generated', data: { plan_digest, plan: { inline: plan }, operations: 1 } },
  ]);
  maker.say('planner', the.stream, [
    the.planned({ ...bound, plan_digest, operation: { blob: `sha256:${bound.operation_digest}` } }),
  ]);
  maker.commit();
  others();
  maker.say('federation', the.stream, [the.authorized(), the.issued(receipt)]);
  maker.say('publisher', the.stream, [the.started(receipt)]);
  maker.commit();
  maker.say('publisher', the.stream, [{ ...ended, data: { ...ended.data, audit: { ...audit, result } } }]);
  others();
  maker.commit();
  const parts = partsOf(maker, logKey);
  const named = { name: 'witness.test', publicKey: witness.listed.public_key };
  const { text, signatures } = parseNote(parts.checkpoint);
  const signer = cosignatureSigner(nodeCrypto, { ...named, key: witness.key }, 1_767_225_600);
  const bodies = { plan: null, operations: new Map([['tag', body]]) };
  return new TextEncoder().encode(
    makeBundle({
      ...{ ...parts, bodies, checkpoint: signNote(text, [signer], signatures) },
      witnesses: [formatVerifierKey(nodeCrypto, named, cosignatureKeyType)],
    }),
  );
}

const maker = new JournalMaker();
const bytes = smallBundle(maker);
const keyring = bundleKeyring(maker, logKey);

const crypto = rememberingCrypto();
const verdictOf = (changed: Uint8Array) => verifyBundle({ bytes: changed, keyring, crypto });

const flipped = (whole: Uint8Array, at: number, mask: number): Uint8Array => {
  const changed = whole.slice();
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
};
const head = `{"payload":"`;
const text = new TextDecoder().decode(bytes);
const payload = new Uint8Array(
  Buffer.from(text.slice(head.length, text.indexOf('"', head.length)), 'base64'),
);
const sealed = (changed: Uint8Array): Uint8Array =>
  new TextEncoder().encode(`${head}${encodeBase64(changed)}${text.slice(text.indexOf('"', head.length))}`);

test('the bundle itself holds', () => {
  expect(sealed(payload)).toEqual(bytes);
  expect(verdictOf(bytes)).toMatchObject({
    ok: true,
    entries: 6,
    withheld: 0,
    cosignatures: [{ name: 'witness.test' }],
  });
  expect(
    verdictOf(bytes)
      .subjects.map(({ name }) => name)
      .slice(1),
  ).toEqual(['tag', 'tag/widgets.tgz']);
});

/** What a change inside a member may be called. */
const verdictsOf: readonly (readonly [member: string, codes: readonly string[]])[] = [
  [
    '"segments":[',
    [
      'entry_changed',
      'entry_not_in_log',
      'statement_mismatch',
      'entry_reordered',
      'bundle_foreign',
      'commit_invalid',
    ],
  ],
  ['"witnesses":[', ['bundle_malformed', 'bundle_unsigned']],
  ['"log_origin":"', ['bundle_foreign', 'bundle_mismatch']],
  ['"keys_digest":"', ['bundle_mismatch']],
  ['"keys":[', ['bundle_mismatch']],
  ['"commits":[', ['commit_invalid']],
  ['"checkpoint":"', ['bundle_malformed', 'bundle_unsigned', 'bundle_foreign']],
];
/** Outside of the ledger's part everything is derived. */
const elsewhere: ReadonlySet<string> = new Set(['bundle_mismatch', 'bundle_foreign', 'bundle_incomplete']);
const statement = new TextDecoder('latin1').decode(payload);
const ledgerAt = statement.indexOf('"ledger":{');
const regions = verdictsOf
  .map(([member, codes]) => ({
    from: statement.indexOf(member, ledgerAt) + member.length,
    codes: new Set(codes),
  }))
  .sort((one, other) => one.from - other.from);
const endOfSegments = statement.indexOf('"plan":{', ledgerAt);

function allowedAt(at: number): ReadonlySet<string> | undefined {
  if (at < ledgerAt || at >= endOfSegments - 1) return undefined;
  return regions.findLast(({ from }) => from <= at)?.codes;
}

test('L1 L3: given bytes of every member of the statement changed, then it is caught, with a verdict on what it stands in', () => {
  const wrong: string[] = [];
  const codes = new Map<string, number>();
  // Every third byte, with one bit or another: no member has fewer bytes than that.
  for (let at = 0; at < payload.length; at += 3) {
    const { ok, fault } = verdictOf(sealed(flipped(payload, at, at % 2 === 0 ? 0x01 : 0x20)));
    const code = fault?.code ?? 'none';
    codes.set(code, (codes.get(code) ?? 0) + 1);
    const allowed = allowedAt(at) ?? elsewhere;
    // A change may always make it no JSON, or JSON of another shape.
    if (ok || !(code === 'bundle_malformed' || allowed.has(code)))
      wrong.push(`${code} at ${at}: ${statement.slice(at - 30, at + 10)}`);
  }
  expect(wrong.slice(0, 20)).toEqual([]);
  for (const code of [
    'entry_changed',
    'entry_not_in_log',
    'statement_mismatch',
    'commit_invalid',
    'bundle_unsigned',
    'bundle_mismatch',
    'bundle_malformed',
  ])
    expect(codes.get(code), code).toBeGreaterThan(10);
}, 240_000);

test('L3: given any byte of the file changed, removed or added around the statement, then it is no bundle', () => {
  const outside = [...Array(40).keys(), ...Array.from({ length: 100 }, (_, at) => bytes.length - 1 - at)];
  const inside = Array.from({ length: 200 }, (_, at) => Math.floor((bytes.length * at) / 200));
  for (const at of [...outside, ...inside]) {
    const removed = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    const added = Buffer.concat([bytes.subarray(0, at), Uint8Array.of(10), bytes.subarray(at)]);
    for (const changed of [flipped(bytes, at, 0x01), flipped(bytes, at, 0x80), removed, added])
      expect(verdictOf(changed).ok, String(at)).toBe(false);
  }
  expect(verdictOf(Buffer.concat([bytes, Uint8Array.of(10)])).fault?.code).toBe('bundle_malformed');
});
