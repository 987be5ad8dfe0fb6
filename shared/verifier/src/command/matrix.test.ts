import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Keyring } from '@marketops/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JournalMaker } from '../testing/journal-maker.js';
import { createKeys, keyringOf } from '../testing/keys.js';
import { operation, wholeRun } from '../testing/story.js';

/** One row of the table under "What was done, and what is said" in docs/verifying.md. */
interface Row {
  readonly done: string;
  readonly command: readonly string[];
  readonly verdict: string;
  readonly law: string;
  readonly exitCode: string;
}

const page = readFileSync(fileURLToPath(new URL('../../../../docs/verifying.md', import.meta.url)), 'utf8');
const section = page.split('### What was done, and what is said')[1]?.split('\nNotes are')[0] ?? '';
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('marketops-verify'))
  .map((line): Row => {
    const [done = '', command = '', verdict = '', law = '', exitCode = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''));
    return { done, command: command.split(' '), verdict, law, exitCode };
  });

const program = fileURLToPath(new URL('../../bin/marketops-verify.js', import.meta.url));
const keys = createKeys();
const runs = (...numbers: readonly number[]): JournalMaker => {
  const maker = new JournalMaker(keys);
  for (const number of numbers) {
    wholeRun(maker, number);
    maker.commit();
  }
  return maker;
};
const seen = runs(1, 2, 3);
const textOf = (maker: JournalMaker): string => maker.texts()[0]?.text ?? '';
/** The same journal, its lines handled by somebody. */
const handled = (edit: (lines: string[]) => void): string => {
  const lines = textOf(seen).split('\n');
  edit(lines);
  return lines.join('\n');
};
const nth = (lines: readonly string[], kind: string, number: number): number =>
  lines.flatMap((line, at) => (line.startsWith(`${kind} `) ? [at] : []))[number] ?? -1;
/** The same journal, and what more was said in it. */
const said = (say: (maker: JournalMaker, the: ReturnType<typeof operation>) => void): string => {
  const maker = runs(1, 2, 3);
  maker.now = '2026-04-02T00:00:00.000Z';
  say(maker, operation(maker, 4));
  maker.commit();
  return textOf(maker);
};

type Files = readonly { readonly name: string; readonly text: string }[];
interface Done {
  readonly text?: string;
  readonly keyring?: Keyring;
  readonly files?: Files;
  /** What was seen before, where it is another journal than `seen`. */
  readonly mirror?: Files;
}
const done: Readonly<Record<string, () => Done>> = {
  nothing: () => ({}),
  'a byte changed': () => ({ text: textOf(seen).replace('"ci"', '"cj"') }),
  'entries reordered': () => ({
    text: handled((lines) => {
      const [one, other] = [nth(lines, 'E', 3), nth(lines, 'E', 4)];
      [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
    }),
  }),
  'an entry removed': () => ({ text: handled((lines) => void lines.splice(nth(lines, 'E', 3), 1)) }),
  'the tail cut': () => ({
    text: handled((lines) => void lines.splice(nth(lines, 'C', 1) + 1, Infinity, '')),
  }),
  'the tail cut, with nothing to compare': () => done['the tail cut']?.() ?? {},
  'the whole chain rewritten': () => ({ text: textOf(runs(4, 5, 6)) }),
  forked: () => {
    const maker = runs(1);
    const { point } = maker;
    wholeRun(maker, 2);
    maker.commit();
    const mirror = maker.texts();
    // The ledger's own keys go on in another way behind the first batch.
    maker.newFile(point);
    wholeRun(maker, 3);
    maker.commit();
    return { files: maker.texts(), mirror };
  },
  'the last record torn': () => ({ text: textOf(seen).slice(0, -40) }),
  'an actor said what it may not': () => ({
    text: said((maker, the) => maker.say('publisher', the.stream, [the.planned()])),
  }),
  'a revoked key signed': () => ({
    text: said((maker, the) => maker.say('planner', the.stream, [the.planned()])),
    keyring: keyringOf(keys, { 'planner-actor-1': '2026-04-01T00:00:00.000Z' }),
  }),
  'an effect without receipt': () => ({
    text: said((maker, the) => maker.say('publisher', the.stream, [the.started()])),
  }),
  'a receipt without policy': () => ({
    text: said((maker, the) => {
      maker.say('planner', the.stream, [the.planned()]);
      maker.say('federation', the.stream, [the.issued()]);
    }),
  }),
  'a record that tells of another repository': () => ({
    text: said((maker, the) => {
      const inline = { repository: { id: 1, owner: 'acme', name: 'website' } };
      maker.say('planner', the.stream, [the.planned({ operation: { inline } })]);
      maker.say('federation', the.stream, [the.authorized(), the.issued()]);
      maker.say('publisher', the.stream, [the.started(), the.ended()]);
    }),
  }),
  'a key used before its time': () => {
    const ring = keyringOf(keys);
    const late = { not_before: '2026-03-02T00:00:00.000Z' };
    const listed = ring.keys.map((key) => (key.key_id === 'publisher-actor-1' ? { ...key, ...late } : key));
    return { text: textOf(seen), keyring: { ...ring, keys: listed } };
  },
  'a journal that is not there': () => ({}),
  'a keyring that cannot be read': () => ({}),
};
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marketops-matrix-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(row: Row): Promise<{ readonly code: number | null; readonly out: string }> {
  const made = done[row.done]?.() ?? {};
  const cwd = await mkdtemp(join(folder, 'row-'));
  const [file = { name: '' }] = seen.texts();
  const folders: readonly (readonly [string, Files])[] = [
    ['journal', made.files ?? [{ name: file.name, text: made.text ?? textOf(seen) }]],
    ['mirror', made.mirror ?? seen.texts()],
  ];
  for (const [dir, files] of folders) {
    await mkdir(join(cwd, dir));
    for (const { name, text } of files) await writeFile(join(cwd, dir, name), text);
  }
  await writeFile(join(cwd, 'keyring.json'), JSON.stringify(made.keyring ?? keyringOf(keys)));
  const pin = `${seen.sequence}:${seen.hash}`;
  const args = row.command.slice(1).map((part) => (part === '$pin' ? pin : part));
  const child = spawn(process.execPath, [program, ...args], { cwd, env: {} });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
  child.stdin.end();
  return { code: await new Promise((resolve) => child.once('close', resolve)), out };
}

test('the table says something of everything that is done here, and of nothing else', () => {
  expect(rows.map((row) => row.done).toSorted()).toEqual(Object.keys(done).toSorted());
});

test.each(rows)('L1, E3: given $done, then $verdict and exit code $exitCode', async (row) => {
  const { code, out } = await run(row);
  expect(String(code), out).toBe(row.exitCode);
  if (row.exitCode !== '0') expect(out).toContain(row.verdict);
  if (row.verdict === 'torn_tail') expect(out).toContain('a batch without its commit');
  if (row.verdict === '') expect(out).not.toContain('FAILS');
  if (row.law === '') expect(out).not.toContain('law');
  else expect(out).toContain(`FAILS  law ${row.law}: `);
});
