#!/usr/bin/env node
// Makes an overlay of infra/kubernetes/base out of a folder that `marketops init` has written: node infra/kubernetes/prepare.mjs <folder>.
// It lies in <folder>/kubernetes: configuration, policies and keyring as ConfigMaps, the keys of each service as a Secret of its own, which
// nobody else is given. GITHUB_TOKEN_FILE and GITHUB_READ_TOKEN_FILE name files with the two tokens. May be repeated; writes all anew. Uses
// Node alone.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const services = ['ledger', 'planner', 'federation', 'publisher', 'console'];
const tokens = {
  planner: { name: 'github-read-token', variable: 'GITHUB_READ_TOKEN_FILE' },
  publisher: { name: 'github-token', variable: 'GITHUB_TOKEN_FILE' },
};
/** What a ConfigMap or a Secret may hold. */
const bytesMax = 1_000_000;

function refuse(what, next) {
  process.stderr.write(`error  ${what}\n next  ${next}\n`);
  process.exit(2);
}

const [named] = process.argv.slice(2);
if (named === undefined)
  refuse('no folder was named', 'node infra/kubernetes/prepare.mjs <folder of marketops.yml>');
const dir = resolve(named);
const data = join(dir, '.marketops');
for (const path of [
  join(dir, 'marketops.yml'),
  join(data, 'keyring.json'),
  join(data, 'keys'),
  join(data, 'redis-users.acl'),
])
  if (!existsSync(path)) refuse(`${path} is not there`, 'Run marketops init in that folder first.');

const text = (path) => readFileSync(path, 'utf8');
const filesIn = (folder, wanted = () => true) =>
  Object.fromEntries(
    (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [])
      .filter((entry) => entry.isFile() && wanted(entry.name))
      .map(({ name }) => [name, text(join(folder, name))]),
  );

/** JSON is YAML, and needs no word of how strings are quoted. */
function manifest(kind, name, content) {
  const size = Object.values(content).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (size > bytesMax) refuse(`${name} would hold ${size} bytes`, `Kubernetes takes at most ${bytesMax}.`);
  const metadata = { name, labels: { 'app.kubernetes.io/part-of': 'marketops' } };
  const held = kind === 'Secret' ? { type: 'Opaque', stringData: content } : { data: content };
  return JSON.stringify({ apiVersion: 'v1', kind, metadata, ...held }, null, 2);
}

const missing = [];
function keysOf(service) {
  const keys = filesIn(join(data, 'keys', service));
  const token = tokens[service];
  if (token === undefined) return keys;
  const path = process.env[token.variable];
  if (path) return { ...keys, [token.name]: text(path) };
  missing.push(token.variable);
  return keys;
}

const config = [
  manifest('ConfigMap', 'marketops-config', { 'marketops.yml': text(join(dir, 'marketops.yml')) }),
  manifest(
    'ConfigMap',
    'marketops-policies',
    filesIn(join(dir, 'policies'), (name) => /\.(cedar|yml|yaml)$/.test(name)),
  ),
  manifest('ConfigMap', 'marketops-keyring', { 'keyring.json': text(join(data, 'keyring.json')) }),
];
const secrets = [
  ...services.map((service) => manifest('Secret', `marketops-${service}`, keysOf(service))),
  manifest('Secret', 'marketops-redis', { 'users.acl': text(join(data, 'redis-users.acl')) }),
];

const overlay = join(dir, 'kubernetes');
mkdirSync(overlay, { recursive: true, mode: 0o700 });
const base = relative(realpathSync(overlay), realpathSync(fileURLToPath(new URL('base', import.meta.url))));
const kustomization = `# Yours from here on: it is written once. The rest of this folder is written anew by infra/kubernetes/prepare.mjs.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: marketops
resources:
  - ${base}
  - config.yaml
  - secrets.yaml
# Where no storage can be mounted by several nodes at a time:
# components:
#   - ${base.replace(/base$/, 'one-node')}
# Where the image is:
images:
  - name: marketops
    newName: marketops
`;
writeFileSync(join(overlay, 'config.yaml'), `${config.join('\n---\n')}\n`);
const secretsPath = join(overlay, 'secrets.yaml');
writeFileSync(secretsPath, `${secrets.join('\n---\n')}\n`, { mode: 0o600 });
chmodSync(secretsPath, 0o600);
const kustomizationPath = join(overlay, 'kustomization.yaml');
if (!existsSync(kustomizationPath)) writeFileSync(kustomizationPath, kustomization);
process.stdout.write(`${overlay}\n`);
for (const variable of missing)
  process.stdout.write(`without ${variable}: accounts that name no credential of their own have no token\n`);
process.stdout.write('secrets.yaml holds every private key: keep it off every repository\n');
