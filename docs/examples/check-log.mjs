// Checks a log of MarketOps with nothing of MarketOps: Node's own cryptography and the specifications of C2SP.
//
//   node check-log.mjs <url> <verifier key> [<size of an older checkpoint> <its root in base64>]
//
// It verifies the checkpoint's signature, fetches every entry, derives the whole tree from them (RFC 6962), and compares
// its root with the signed one, and with the older checkpoint's.
import { createHash, createPublicKey, verify } from 'node:crypto';

const [url = '', verifierKey = '', olderSize, olderRoot] = process.argv.slice(2);
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const fail = (why) => {
  console.error(`NOT VERIFIED: ${why}`);
  process.exit(1);
};

async function get(path) {
  const response = await fetch(`${url}/${path}`, { redirect: 'error', signal: AbortSignal.timeout(20_000) });
  if (!response.ok) fail(`${path}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

// The verifier key (c2sp.org/signed-note): name, id, and the base64 of 0x01 and 32 bytes of Ed25519.
const [name, id] = verifierKey.split('+', 2);
const typed = Buffer.from(verifierKey.slice(`${name}+${id}+`.length), 'base64');
if (
  typed[0] !== 1 ||
  sha256(Buffer.from(`${name}\n`), typed)
    .subarray(0, 4)
    .toString('hex') !== id
)
  fail('the verifier key is none of Ed25519');
const x = typed.subarray(1).toString('base64url');
const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });

// The checkpoint (c2sp.org/tlog-checkpoint): origin, size and root, an empty line, signatures.
const note = (await get('checkpoint')).toString();
const end = note.lastIndexOf('\n\n');
const text = note.slice(0, end + 1);
const mine = note
  .slice(end + 2)
  .split('\n')
  .map((line) => line.split(' '))
  .filter(([dash, signer]) => dash === '—' && signer === name)
  .map(([, , base64]) => Buffer.from(base64, 'base64'))
  .find((bytes) => bytes.subarray(0, 4).toString('hex') === id);
if (mine === undefined || !verify(null, Buffer.from(text), publicKey, mine.subarray(4)))
  fail('the checkpoint is not signed by this key');
const [origin, sizeText, root] = text.split('\n');
const size = Number(sizeText);

// The entries (c2sp.org/tlog-tiles): bundles of 256, each entry behind its length as a uint16.
const leaves = [];
for (let bundle = 0; bundle * 256 < size; bundle += 1) {
  const elements = String(bundle)
    .padStart(Math.ceil(String(bundle).length / 3) * 3, '0')
    .replace(/\d{3}(?=\d)/g, (three) => `x${three}/`);
  const width = Math.min(256, size - bundle * 256);
  const bytes = await get(`tile/entries/${elements}${width < 256 ? `.p/${width}` : ''}`);
  for (let at = 0; at < bytes.length; at += 2 + bytes.readUInt16BE(at))
    leaves.push(sha256(Buffer.of(0), bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at))));
}

// The tree (RFC 6962, section 2.1): it splits at the largest power of two below its size.
function rootOf(hashes) {
  if (hashes.length === 1) return hashes[0];
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return sha256(Buffer.of(1), rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}
if (leaves.length !== size || rootOf(leaves).toString('base64') !== root)
  fail('the entries are not those of the checkpoint');
if (olderSize !== undefined && rootOf(leaves.slice(0, Number(olderSize))).toString('base64') !== olderRoot)
  fail('the log does not continue the older checkpoint');
console.log(`VERIFIED: ${origin}, ${size} entries, root ${root}`);
