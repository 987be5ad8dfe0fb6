import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, test } from 'vitest';
import { verifyJournalFiles } from './journal/verify.js';
import { inPage } from './testing/in-page.js';
import { JournalMaker } from './testing/journal-maker.js';
import { keyringOf } from './testing/keys.js';
import { type ModuleGraph, moduleGraph } from './testing/module-graph.js';
import { operation, wholeRun } from './testing/story.js';

// What is built, since a browser gets what is built.
const entries = ['../dist/index.js', '../../proof/dist/web.js', '../../contracts/dist/index.js'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
let known: ModuleGraph | undefined;
const graph = (): ModuleGraph => {
  known ??= moduleGraph(entries);
  return known;
};

const maker = new JournalMaker();
for (let run = 1; run <= 3; run += 1) wholeRun(maker, run);
const the = operation(maker, 4);
maker.say('publisher', the.stream, [the.started()]);
maker.commit();
const given = { texts: maker.texts(), keyring: keyringOf(maker.keys) };
const reportInNode = async () => {
  const files = maker.files();
  const { elapsedMs: _, ...report } = await verifyJournalFiles({ ...given, files, crypto: nodeCrypto });
  return report;
};

/** The body of a function that verifies `given` with the modules at these places. */
const script = (verifier: string, web: string, contracts: string): string => `
  const { bytesOfBlob, journalFilesAmong, verifyJournalFiles } = await import(${JSON.stringify(verifier)});
  const { webCrypto } = await import(${JSON.stringify(web)});
  const { Keyring } = await import(${JSON.stringify(contracts)});
  const given = ${JSON.stringify(given)};
  const files = journalFilesAmong(given.texts.map(({ name, text }) => {
    const blob = new Blob([text]);
    return { ...bytesOfBlob(name, blob), bytes: blob.size };
  }));
  const keyring = Keyring.parse(given.keyring);
  const { elapsedMs, ...report } = await verifyJournalFiles({ files, keyring, crypto: webCrypto });
  return report;`;

describe('in a browser', () => {
  test('nothing that is loaded asks Node for anything, by import or by global', () => {
    const { files, builtins } = graph();
    expect(builtins).toEqual([]);
    expect(files.size).toBeGreaterThan(60);
    const ours = [...files].filter((file) => !file.includes('/node_modules/'));
    const asking = ours.filter((file) => {
      const code = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      return /\b(?:Buffer|__dirname|setImmediate)\b|\bprocess\.|\brequire\(/.test(code);
    });
    expect(asking.map((file) => basename(file))).toEqual([]);
  });

  test('without the globals of Node, it gives the report that Node gives', async () => {
    const [verifier = '', web = '', contracts = ''] = entries;
    const program = `
      const write = process.stdout.write.bind(process.stdout);
      for (const name of ['Buffer', 'process', 'global', 'setImmediate'])
        Object.defineProperty(globalThis, name, { get() { throw new Error(name + ' is not in a browser'); } });
      const run = async () => { ${script(verifier, web, contracts)} };
      write(JSON.stringify(await run()));`;
    const child = spawn(process.execPath, ['--input-type=module', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said.err += chunk.toString();
    });
    child.stdin.end(program);
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, said.err).toBe(0);
    expect(JSON.parse(said.out)).toEqual(await reportInNode());
  });

  const chromium = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium'].find((path) => existsSync(path));
  const name = 'in Chromium, it gives the report that Node gives';
  test.skipIf(chromium === undefined)(
    chromium === undefined
      ? `${name} (skipped: there is no /usr/bin/chromium, and CHROMIUM names none)`
      : name,
    async () => {
      const [verifier = '', web = '', contracts = ''] = entries.map((entry) => `/module${entry}`);
      const report = await inPage(chromium ?? '', graph(), script(verifier, web, contracts));
      expect(report).toEqual(await reportInNode());
      expect(report).toMatchObject({ ok: false, fault: { code: 'effect_without_receipt' } });
    },
  );
});
