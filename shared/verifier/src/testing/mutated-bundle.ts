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
import { makeBundle } from '../bundle/make.js';
import { verifyBundle } from '../bundle/verify.js';
import { bundleKeyring, partsOf } from './bundle-maker.js';
import { JournalMaker } from './journal-maker.js';
import { testKey } from './keys.js';
import { rememberingCrypto } from './remembering-crypto.js';
import { operation } from './story.js';

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
  const audit = { ...ended.data.audit, operation_kind: 'publish_release' };
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
export const bytes = smallBundle(maker);
const keyring = bundleKeyring(maker, logKey);

const crypto = rememberingCrypto();
export const verdictOf = (changed: Uint8Array) => verifyBundle({ bytes: changed, keyring, crypto });

export const flipped = (whole: Uint8Array, at: number, mask: number): Uint8Array => {
  const changed = whole.slice();
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
};
const head = `{"payload":"`;
const text = new TextDecoder().decode(bytes);
export const payload = new Uint8Array(
  Buffer.from(text.slice(head.length, text.indexOf('"', head.length)), 'base64'),
);
/** The file around a changed statement. */
export const sealed = (changed: Uint8Array): Uint8Array =>
  new TextEncoder().encode(`${head}${encodeBase64(changed)}${text.slice(text.indexOf('"', head.length))}`);

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

/** How to change a byte of the statement: two bits, or it is gone, or it stands there twice. */
const changes: readonly ((at: number) => Uint8Array)[] = [
  (at) => flipped(payload, at, 0x01),
  (at) => flipped(payload, at, 0x20),
  (at) => Buffer.concat([payload.subarray(0, at), payload.subarray(at + 1)]),
  (at) => Buffer.concat([payload.subarray(0, at + 1), payload.subarray(at)]),
];

export interface Mutations {
  readonly verified: number;
  /** What was not caught, or called something else than it is. */
  readonly wrong: readonly string[];
  /** How often each verdict was given. */
  readonly codes: ReadonlyMap<string, number>;
}

/**
 * Changes bytes of the statement, one at a time.
 * @param every from the first on, so many bytes apart
 * @param ways of `changes`, in turn or all of them
 */
export function mutate(every: number, ways: 'in turn' | 'all'): Mutations {
  const wrong: string[] = [];
  const codes = new Map<string, number>();
  let verified = 0;
  for (let at = 0; at < payload.length; at += every) {
    const chosen = ways === 'all' ? changes : changes.slice(at % changes.length, (at % changes.length) + 1);
    for (const change of chosen) {
      const changed = change(at);
      const { ok, fault } = verdictOf(sealed(changed));
      verified += 1;
      const code = fault?.code ?? 'none';
      codes.set(code, (codes.get(code) ?? 0) + 1);
      const allowed = allowedAt(at) ?? elsewhere;
      // A change may always make it no JSON, or JSON of another shape.
      if (ok || !(code === 'bundle_malformed' || allowed.has(code)))
        wrong.push(`${code} at ${at}: ${statement.slice(Math.max(0, at - 30), at + 10)}`);
    }
  }
  return { verified, wrong, codes };
}
