// Copies what Kubernetes mounts of a secret to where only its owner can read it: node take-secrets.mjs <from> <to>. A mounted secret
// belongs to root and can be read by a group, and such a key is refused (key_exposed); so is a folder that others can enter. Uses Node alone.
import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const bytesMax = 65_536;
const filesMax = 100;

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  process.stderr.write('error  name two folders: where the secret is mounted, and where its copy shall be\n');
  process.exit(2);
}

/** At most `bytesMax` of it. */
function contentOf(path) {
  const file = openSync(path, 'r');
  try {
    if (!fstatSync(file).isFile()) throw new RangeError(`${path} is not a file`);
    const bytes = Buffer.alloc(bytesMax + 1);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    if (length > bytesMax) throw new RangeError(`${path} has more than ${bytesMax} bytes`);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

try {
  // Kubernetes keeps versions of a secret beside each other, in folders that begin with two dots.
  const names = readdirSync(from).filter((name) => !name.startsWith('..'));
  if (names.length === 0 || names.length > filesMax)
    throw new RangeError(`${from} holds ${names.length} files, and should hold 1 to ${filesMax}`);
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o700);
  for (const name of names) {
    const path = join(to, name);
    writeFileSync(path, contentOf(join(from, name)), { mode: 0o600 });
    // Where it was there already, with another mode.
    chmodSync(path, 0o600);
  }
  process.stdout.write(`${names.length} files of a secret are in ${to}\n`);
} catch (fault) {
  process.stderr.write(`error  ${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exitCode = 1;
}
