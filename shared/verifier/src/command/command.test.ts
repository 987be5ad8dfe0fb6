import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleOf } from '../testing/bundle-maker.js';
import { JournalMaker } from '../testing/journal-maker.js';
import { keyringOf, logOrigin, testKey } from '../testing/keys.js';
import { operation, testRunId, wholeRun } from '../testing/story.js';
import { checkpointOf, entriesOf, tilesOf } from '../testing/tiles-maker.js';

const program = fileURLToPath(new URL('../../bin/marketops-verify.js', import.meta.url));
const logKey = testKey('ledger-checkpoint-1', 'checkpoint', 'ledger');
let folder: string;
const at = (...path: readonly string[]): string => join(folder, ...path);

/** The command as its users run it: a process of its own, with nothing of our environment. */
async function run(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env: {} });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  child.stdin.end();
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...said };
}
const verify = (name: string, ...more: readonly string[]) =>
  run('journal', name, '--keyring', 'keyring.json', ...more);

async function write(name: string, maker: JournalMaker): Promise<void> {
  await mkdir(at(name));
  for (const file of maker.texts()) await writeFile(at(name, file.name), file.text);
}

let pin: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marketops-verify-'));
  const whole = new JournalMaker();
  const keyring = keyringOf(whole.keys);
  await writeFile(at('keyring.json'), JSON.stringify({ ...keyring, keys: [...keyring.keys, logKey.listed] }));
  const short = new JournalMaker(whole.keys);
  for (const maker of [whole, short]) {
    wholeRun(maker, 1);
    maker.commit();
  }
  wholeRun(whole, 2);
  whole.commit();
  pin = `${whole.sequence}:${whole.hash}`;
  await write('whole', whole);
  await write('other', short);
  await writeFile(at('checkpoint'), checkpointOf(entriesOf(whole), logKey));
  const marked = `\ufeff${checkpointOf(entriesOf(whole), logKey)}`;
  await writeFile(at('marked-checkpoint'), marked);
  await writeFile(
    at('forged-checkpoint'),
    checkpointOf(entriesOf(whole), testKey('x', 'checkpoint', 'ledger')),
  );
  const pinned = { log_origin: logOrigin, ...whole.point, pinned_at: '2026-03-01T12:00:00.000Z' };
  await writeFile(at('pin.json'), JSON.stringify(pinned));
  await writeFile(at('foreign-pin.json'), JSON.stringify({ ...pinned, log_origin: 'another/log' }));
  const guilty = new JournalMaker(whole.keys);
  const the = operation(guilty, 1);
  guilty.say('publisher', the.stream, [the.started()]);
  guilty.commit();
  await write('guilty', guilty);
  const deceiving = new JournalMaker(whole.keys);
  deceiving.say('publisher', the.stream, [
    the.started({ receipt_id: '\u001b[2J\u202eevil' }),
    the.ended('operation.succeeded', { receipt_id: '\u001b[2J' }),
  ]);
  deceiving.commit();
  await write('deceiving', deceiving);
  for (const [path, bytes] of tilesOf(entriesOf(whole), logKey)) {
    await mkdir(dirname(at('tiles', path)), { recursive: true });
    await writeFile(at('tiles', path), bytes);
  }
  await writeFile(at('bundle.json'), bundleOf(whole, logKey));
  await writeFile(at('guilty-bundle.json'), bundleOf(guiltyRun(whole), logKey));
  await mkdir(at('empty'));
});

/** A whole story, but for the receipt. */
function guiltyRun({ keys }: JournalMaker): JournalMaker {
  const maker = new JournalMaker(keys);
  const the = operation(maker, 1);
  maker.say('planner', `run/${the.runId}`, [{ type: 'run.stalled', data: {} }]);
  maker.say('publisher', the.stream, [the.started()]);
  maker.commit();
  return maker;
}
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('marketops-verify journal', () => {
  test('L1: given a journal and its keyring, then it holds, and says what was not compared', async () => {
    const { code, out, err } = await verify('whole');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^holds {2}16 entries in 4 streams, every byte derived again/);
    expect(out).toContain('compared with nothing seen before');
    expect(out).toContain(`chain  ${pin}`);
  });

  test('L1: given a pin of either form, a checkpoint or a copy, then it holds against all of them', async () => {
    const memories = ['--pin', pin, '--pin', 'pin.json', '--checkpoint', 'checkpoint', '--copy', 'whole'];
    const { code, out } = await verify('whole', ...memories);
    expect(code).toBe(0);
    expect(out).toContain('holds  against 2 pins, 1 checkpoint, 1 copy');
  });

  test.each([
    [['--pin', 'pin.json'], 'tail_cut'],
    [['--checkpoint', 'checkpoint'], 'tail_cut'],
    // Made by the same keys in another history: its first entry is another one already.
    [['--copy', 'whole'], 'history_rewritten'],
  ])(
    'L1: given another journal and %j, then it fails with the law, the place and what to do',
    async (memory, code) => {
      const told = await verify('other', ...memory);
      expect(told.code).toBe(1);
      expect(told.out).toMatch(/^FAILS {2}law L1: /);
      expect(told.out).toContain(`(${code})`);
      const json = await verify('other', ...memory, '--json');
      expect(JSON.parse(json.out)).toMatchObject({ holds: false, fault: { code, law: 'L1' } });
    },
  );

  test('P1: given an effect without a receipt, then the chain holds and the law does not', async () => {
    const { code, out } = await verify('guilty');
    expect(code).toBe(1);
    expect(out).toContain('FAILS  law P1');
    expect(out).toContain('holds  1 entry in 1 stream,');
    expect(out).not.toContain('no effect without its receipt, no receipt');
  });

  test('X3: given characters a terminal obeys in what was signed, then none of them is printed', async () => {
    for (const more of [[], ['--json']]) {
      const { code, out } = await verify('deceiving', ...more);
      expect(code).toBe(1);
      expect(out).not.toMatch(/[^\P{C}\n]/u);
    }
  });

  test.each([
    [['journal', 'whole'], 'verify_usage', 2],
    [['bundles', 'whole', '--keyring', 'keyring.json'], 'verify_usage', 2],
    [['tiles', 'tiles', '--keyring', 'keyring.json', '--copy', 'whole'], 'verify_usage', 2],
    [['tiles', 'tiles', '--keyring', 'keyring.json', '--run', 'x'], 'verify_usage', 2],
    [['bundle', 'bundle.json', '--keyring', 'keyring.json', '--pin', 'pin.json'], 'verify_usage', 2],
    [['bundle', 'bundle.json', '--keyring', 'keyring.json', '--copy', 'whole'], 'verify_usage', 2],
    [['bundle', 'nothing.json', '--keyring', 'keyring.json'], 'verify_file_unreadable', 2],
    [['journal', 'whole', '--keyring', 'keyring.json', '--frob'], 'verify_usage', 2],
    [['journal', 'whole', 'other', '--keyring', 'keyring.json'], 'verify_usage', 2],
    [['journal', 'whole', '--keyring', 'nothing.json'], 'verify_file_unreadable', 2],
    [['journal', 'whole', '--keyring', '/dev/zero'], 'verify_file_unreadable', 2],
    [['journal', 'whole', '--keyring', 'pin.json'], 'verify_keyring_invalid', 2],
    [['journal', 'whole', '--keyring', 'keyring.json', '--pin', 'keyring.json'], 'pin_invalid', 2],
    [['journal', 'whole', '--keyring', 'keyring.json', '--pin', 'foreign-pin.json'], 'pin_invalid', 2],
    [
      ['journal', 'whole', '--keyring', 'keyring.json', '--checkpoint', 'forged-checkpoint'],
      'checkpoint_invalid',
      2,
    ],
    [['journal', 'whole', '--keyring', 'keyring.json', '--checkpoint', 'pin.json'], 'checkpoint_invalid', 2],
    [['journal', 'whole', '--keyring', 'keyring.json', '--copy', 'guilty'], 'copy_invalid', 2],
    [['journal', 'whole', '--keyring', 'keyring.json', '--copy', 'empty'], 'copy_invalid', 2],
    [['journal', 'whole', '--keyring', 'keyring.json', '--copy', 'nowhere'], 'copy_invalid', 2],
    [
      ['journal', 'whole', '--keyring', 'keyring.json', '--checkpoint', 'marked-checkpoint'],
      'checkpoint_invalid',
      2,
    ],
    [['journal', 'empty', '--keyring', 'keyring.json'], 'verify_journal_missing', 3],
    [
      ['journal', 'empty', '--keyring', 'keyring.json', '--pin', `0:${'0'.repeat(64)}`],
      'verify_journal_missing',
      3,
    ],
    [['journal', 'nowhere', '--keyring', 'keyring.json'], 'journal_unreadable', 3],
  ])('given %j, then %s, with what to do, and nothing on standard output', async (args, code, exit) => {
    const told = await run(...args);
    expect(told).toMatchObject({ code: exit, out: '' });
    expect(told.err).toMatch(new RegExp(`^error {2}.*\\.\\n code {2}${code}\\n next {2}.*\\.\\n$`));
    const json = await run(...args, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ error: { code } });
  });

  test('given a pin of entry 0, then nothing was compared', async () => {
    const { code, out } = await verify('whole', '--pin', `0:${'0'.repeat(64)}`);
    expect(code).toBe(0);
    expect(out).toContain('compared with nothing seen before');
  });

  test.each([
    ['a pipe nobody writes to', (path: string) => promisify(execFile)('mkfifo', [path])],
    ['a folder', (path: string) => mkdir(path)],
  ])('given %s named as a journal file, then journal_unreadable, and no wait', async (what, make) => {
    const name = what.replaceAll(' ', '-');
    await mkdir(at(name));
    await make(at(name, '0000000001-0000000000000001.jsonl'));
    const { code, out, err } = await verify(name);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('(journal_unreadable)');
  });

  test('given an emptied folder and a pin, then the tail was cut', async () => {
    expect((await verify('empty', '--pin', pin)).out).toContain('(tail_cut)');
  });

  test('L1: given the tiles of the same log, then they hold against the same memories, and a cut one does not', async () => {
    const tiles = (...more: readonly string[]) => run('tiles', 'tiles', '--keyring', 'keyring.json', ...more);
    const { code, out } = await tiles('--pin', pin, '--checkpoint', 'checkpoint');
    expect(code).toBe(0);
    expect(out).toMatch(/^holds {2}16 entries and every tile of them/);
    expect(out).toContain(`chain  ${pin}`);
    const longer = await tiles('--pin', `17:${'a'.repeat(64)}`, '--json');
    expect(longer.code).toBe(1);
    expect(JSON.parse(longer.out)).toMatchObject({ holds: false, fault: { code: 'tail_cut', law: 'L1' } });
    const none = await run('tiles', 'empty', '--keyring', 'keyring.json');
    expect(none).toMatchObject({ code: 1, out: expect.stringContaining('(tiles_incomplete)') });
  });

  test('L3: given the bundle of a run, then it holds, says how far it is complete, and is of no other run', async () => {
    const bundle = (...more: readonly string[]) =>
      run('bundle', 'bundle.json', '--keyring', 'keyring.json', ...more);
    const { code, out, err } = await bundle('--checkpoint', 'checkpoint', '--run', testRunId(1));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^holds {2}8 entries of run_\S+ \(prod, completed\)/);
    expect(out).toContain('complete up to entry 8');
    const other = await bundle('--run', testRunId(2), '--json');
    expect(other.code).toBe(1);
    expect(JSON.parse(other.out)).toMatchObject({
      holds: false,
      fault: { code: 'bundle_foreign', law: 'L3' },
    });
    const json = await bundle('--json');
    expect(JSON.parse(json.out)).toMatchObject({ holds: true, complete_up_to: { checkpoint_size: 16 } });
  });

  test('P1: given the bundle of a run with an effect without a receipt, then it says so', async () => {
    const { code, out } = await run('bundle', 'guilty-bundle.json', '--keyring', 'keyring.json');
    expect(code).toBe(1);
    expect(out).toContain('FAILS  law P1');
    expect(out).toContain('(effect_without_receipt)');
    expect(out).not.toContain('no effect without its receipt, no receipt');
  });

  test('given --help, then it says how', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('--checkpoint <file>'),
    });
  });
});
