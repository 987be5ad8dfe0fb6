// Checks a proof bundle of MarketOps with nothing of MarketOps: Node's own cryptography and public specifications.
//
//   node check-proof.mjs <bundle> <keyring.json>
//
// It verifies that the log signed the checkpoint (C2SP signed-note), that every entry of the run is in the tree it signs
// (RFC 6962), that whoever is named as its actor signed it, that the mint signed every receipt (DSSE, RFC 8785), and that no
// stream has a gap. The keys are those of the keyring, never the bundle's.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [bundlePath = '', keyringPath = ''] = process.argv.slice(2);
const sha256 = (...parts) =>
  createHash('sha256')
    .update(Buffer.concat(parts.map(Buffer.from)))
    .digest();
const fail = (why) => {
  console.error(`NOT VERIFIED: ${why}`);
  process.exit(1);
};

// RFC 8785 for what stands in a ledger: members sorted, no spaces.
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
};
const bytesOf = (text) => Buffer.from(text, 'utf8');
const pae = (type, body) => bytesOf(`DSSEv1 ${type.length} ${type} ${bytesOf(body).length} ${body}`);

const keyring = JSON.parse(readFileSync(keyringPath, 'utf8'));
const publicKey = ({ public_key }) => {
  const x = Buffer.from(public_key, 'base64').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
};
const holds = (key, bytes, signature) =>
  verify(null, bytes, publicKey(key), Buffer.from(signature, 'base64'));
const keyOf = (id, purpose) =>
  keyring.keys.find((key) => key.key_id === id && key.purpose === purpose && key.revoked_at === null) ??
  fail(`the keyring has no valid ${purpose} key ${id}`);

// The envelope (DSSE) and the statement in it (in-toto).
const envelope = JSON.parse(readFileSync(bundlePath, 'utf8'));
if (envelope.payloadType !== 'application/vnd.in-toto+json') fail('the payload is no in-toto statement');
const { predicate } = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'));
const { checkpoint, segments } = predicate.ledger;

// The checkpoint: origin, size and root, an empty line, signatures of 4 bytes of key id and 64 of Ed25519.
const end = checkpoint.lastIndexOf('\n\n');
const text = checkpoint.slice(0, end + 1);
const [origin, size, root] = text.split('\n');
if (origin !== keyring.log_origin) fail('the checkpoint is of another log');
const lines = checkpoint
  .slice(end + 2)
  .split('\n')
  .filter((line) => line.startsWith(`— ${origin} `));
const signatures = lines.map((line) => Buffer.from(line.split(' ')[2], 'base64').subarray(4));
const logKeys = keyring.keys.filter(
  ({ purpose, revoked_at }) => purpose === 'checkpoint' && revoked_at === null,
);
if (!logKeys.some((key) => signatures.some((signature) => holds(key, bytesOf(text), signature))))
  fail('the checkpoint is not signed by this log');

// From a leaf up to the root (RFC 9162, 2.1.3.2).
function rootFrom(leaf, index, treeSize, path) {
  let [hash, at, last] = [leaf, index, treeSize - 1];
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      hash = sha256([1], sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = sha256([1], hash, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}

const seqs = new Map();
let entries = 0;
let receipts = 0;
for (const segment of segments) {
  const digests = [];
  const events = [];
  for (const { entry, proof } of segment.entries) {
    // A tlog-proof without its checkpoint: a title, the index, the path.
    const [, index, ...path] = proof.trimEnd().split('\n');
    const at = Number(index.slice('index '.length));
    const siblings = path.map((line) => Buffer.from(line, 'base64'));
    if (rootFrom(sha256([0], entry), at, Number(size), siblings)?.toString('base64') !== root)
      fail(`entry ${at + 1} is not in the log`);
    const { event, event_digest, statement_digest } = JSON.parse(entry);
    if (sha256(canonical(event)).toString('hex') !== event_digest)
      fail(`entry ${at + 1} names another event`);
    if (sha256(segment.statement).toString('hex') !== statement_digest)
      fail(`entry ${at + 1} names another statement`);
    if (event.run_id !== predicate.run.run_id) fail(`entry ${at + 1} is of another run`);
    if (event.seq !== (seqs.get(event.stream) ?? 0) + 1)
      fail(`${event.stream} has a gap before ${event.seq}`);
    seqs.set(event.stream, event.seq);
    digests.push(event_digest);
    events.push(event);
    entries += 1;
  }
  // The statement: a batch of segments under one signature, of which this is one leaf.
  const {
    actor,
    epoch,
    key_id,
    root: batch,
    size: batchSize,
    index,
    path,
    signature,
  } = JSON.parse(segment.statement);
  const leaf = sha256([0], canonical([events[0].stream, events[0].seq, digests]));
  const siblings = path.map((hash) => Buffer.from(hash, 'hex'));
  if (rootFrom(leaf, index, batchSize, siblings)?.toString('hex') !== batch)
    fail(`the statement over ${events[0].stream} ${events[0].seq} is of other entries`);
  const head = canonical({ actor, epoch, key_id, root: batch, size: batchSize });
  const key = keyOf(key_id, 'actor');
  if (key.actor !== actor || events.some((event) => event.actor !== actor))
    fail(`${key_id} is not ${actor}'s`);
  if (!holds(key, pae('application/vnd.marketops.statement.v1+json', head), signature))
    fail(`${actor} did not sign ${events[0].stream} ${events[0].seq}`);
  for (const { type, data } of events) {
    if (type !== 'receipt.issued') continue;
    const { signatures: signed, ...claims } = data.receipt;
    const body = pae('application/vnd.marketops.receipt.v1+json', canonical(claims));
    if (!holds(keyOf(claims.key_id, 'mint'), body, signed.ed25519))
      fail(`${claims.receipt_id} is not the mint's`);
    receipts += 1;
  }
}
console.log(
  `VERIFIED: ${predicate.run.run_id}, ${entries} entries and ${receipts} receipts in a log of ${size} entries, root ${root}`,
);
