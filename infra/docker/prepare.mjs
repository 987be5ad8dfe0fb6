#!/usr/bin/env node
// Makes what docker-compose.yml mounts out of a folder that `marketops init` has written, and compose.env, which says where
// that is: node infra/docker/prepare.mjs <folder>. May be repeated; it changes nothing that is there. Uses Node alone.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';

const tokens = { GITHUB_READ_TOKEN_FILE: 'github-read-token', GITHUB_TOKEN_FILE: 'github-token' };

function refuse(what, next) {
  process.stderr.write(`error  ${what}\n next  ${next}\n`);
  process.exit(2);
}

const [named] = process.argv.slice(2);
if (named === undefined)
  refuse('no folder was named', 'node infra/docker/prepare.mjs <folder of marketops.yml>');
const dir = resolve(named);
// Compose reads the file as shell-like words: what would need quoting is not worth the doubt.
if (!/^[A-Za-z0-9/._-]+$/.test(dir))
  refuse(`${dir} has other characters than letters, digits and / . _ -`, 'Use a folder without them.');
const data = join(dir, '.marketops');
const compose = join(data, 'compose');
const keyring = join(data, 'keyring.json');
for (const path of [join(dir, 'marketops.yml'), keyring, join(data, 'keys'), join(data, 'redis-users.acl')])
  if (!existsSync(path)) refuse(`${path} is not there`, 'Run marketops init in that folder first.');

// Folders for what the containers write; apart from those of `marketops dev`, so that the two never write one ledger.
for (const name of ['redis', 'ledger', 'ledger/index', 'blobs', 'blob-keys', 'publisher', 'console', 'pins'])
  mkdirSync(join(compose, name), { recursive: true, mode: 0o700 });
for (const name of ['releases', 'policies']) mkdirSync(join(dir, name), { recursive: true });

// The keyring moves into a folder of its own, which is mounted; where it was, a link to it stays. Commands follow the link.
const shared = join(data, 'public');
mkdirSync(shared, { recursive: true });
if (!lstatSync(keyring).isSymbolicLink()) {
  renameSync(keyring, join(shared, 'keyring.json'));
  symlinkSync('public/keyring.json', keyring);
}

const files = Object.entries(tokens).map(([variable, name]) => {
  const path = join(compose, name);
  if (!existsSync(path)) writeFileSync(path, '', { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o600);
  return { variable, path, empty: statSync(path).size === 0 };
});

// Of the keys, not of whoever runs this: the containers run as the user whose keys they read.
const { uid, gid } = statSync(join(data, 'keys'));
const variables = join(dir, 'compose.env');
if (!existsSync(variables)) {
  const lines = [
    `MARKETOPS_DIR=${dir}`,
    `MARKETOPS_UID=${uid}`,
    `MARKETOPS_GID=${gid}`,
    ...files.map(({ variable, path }) => `${variable}=${path}`),
  ];
  writeFileSync(variables, `${lines.join('\n')}\n`, { flag: 'wx' });
}
process.stdout.write(`${variables}\n`);
for (const { path, empty } of files)
  if (empty) process.stdout.write(`a token is still to be put into ${path}\n`);
if (uid === 0)
  process.stdout.write(
    'the keys belong to root, so the containers would run as root: run init as another user\n',
  );
