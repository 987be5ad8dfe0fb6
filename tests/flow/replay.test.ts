import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keyring } from '@marketops/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { release } from '../support/requests.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const program = new URL('../../services/cli/dist/main.js', import.meta.url).pathname;

/** Whatever tries to open a connection or to start a process ends the command with a code of its own. */
const poison = `
import net from 'node:net';
import dgram from 'node:dgram';
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
const caught = (what) => () => {
  process.stderr.write('it tried ' + what);
  process.exit(97);
};
net.Socket.prototype.connect = caught('to connect');
dgram.createSocket = caught('a datagram');
for (const name of ['spawn', 'spawnSync', 'execFile', 'exec', 'fork']) childProcess[name] = caught(name);
globalThis.fetch = caught('fetch');
syncBuiltinESMExports();
`;

interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface StepLine {
  readonly ledger_sequence: number;
  readonly signed_by: { readonly key: string; readonly key_id: string };
  readonly event: { readonly type: string; readonly run_id: string | null; readonly data: object };
  readonly before: { readonly status?: string; readonly phase?: string };
  readonly after: { readonly status?: string; readonly phase?: string };
}

interface Check {
  readonly diverged: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly steps: readonly {
    readonly said: readonly { readonly type: string }[];
    readonly verdict: string;
    readonly would_say: readonly { readonly type: string; readonly data: object }[];
    readonly notes: readonly string[];
  }[];
}

describe('a replay of what happened, with Redis gone and no way out', () => {
  let the: TemporarySystem;
  let shipped = '';
  let dry = '';
  let poisonPath = '';
  const { dir, configPath, dataDir } = {
    dir: () => the.system.dir,
    configPath: () => the.system.configPath,
    dataDir: () => the.system.loaded.dataDir,
  };

  const marketops = (...args: readonly string[]): Promise<Told> =>
    new Promise((resolve) => {
      const { PATH = '' } = process.env;
      const env = { PATH, HOME: join(dir(), 'home'), NODE_OPTIONS: `--import=file://${poisonPath}` };
      execFile(
        process.execPath,
        [program, ...args, '--config', configPath()],
        { env, timeout: 60_000, maxBuffer: 64 * 1_048_576 },
        (fault, stdout, stderr) => resolve({ code: Number(fault?.code ?? 0), stdout, stderr }),
      );
    });
  const lines = ({ stdout }: Told) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as StepLine);
  const checked = async (...args: readonly string[]) => {
    const told = await marketops('replay', shipped, '--check', '--json', ...args);
    return { ...told, said: JSON.parse(told.stdout) as Check };
  };
  /** Changes a file while something is asked. */
  const meanwhile = async <Value>(
    path: string,
    change: (text: string) => string,
    ask: () => Promise<Value>,
  ) => {
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, change(before));
    try {
      return await ask();
    } finally {
      writeFileSync(path, before);
    }
  };

  beforeAll(async () => {
    the = await temporarySystem();
    const operations = [
      release('v1.0.0'),
      { id: 'announce', kind: 'tag_repo', tag_name: 'v1', target: 'main', depends_on: ['release'] },
    ];
    [shipped = ''] = await the.client.submit([{ mode: 'prod', operations }]);
    await the.client.ended([shipped]);
    [dry = ''] = await the.client.submit([{ mode: 'dry_run', operations: [release('v2.0.0')] }]);
    await the.client.ended([dry]);
    await the.client.forge('{publications-acme}', 'publish', {
      run_id: shipped,
      operation_id: 'release',
      mode: 'prod',
    });
    await the.client.until('the forged job is refused', async () => (await the.client.refusals()).length > 0);
    const refused = (await the.client.refusals())[0];
    await the.client.until('the ledger has the refusal', async () =>
      readFileSync(await journalFile(), 'utf8').includes(refused?.id ?? '?'),
    );
    await the.client.close();
    await the.system.stop();
    poisonPath = join(dir(), 'poison.mjs');
    writeFileSync(poisonPath, poison);
  });
  afterAll(() => the.close().catch(() => undefined));

  const journalFile = async (): Promise<string> => {
    const { readdir } = await import('node:fs/promises');
    const folder = join(dataDir(), 'ledger', 'journal');
    return join(folder, (await readdir(folder)).sort().at(-1) ?? '');
  };

  it('given a run, then every event has the states around it, who signed it, and its entry', async () => {
    const told = await marketops('replay', shipped, '--json');
    expect(told.code, told.stderr).toBe(0);
    const steps = lines(told);
    expect(steps.map(({ event }) => event.type)).toEqual(
      expect.arrayContaining(['operation.started', 'run.completed']),
    );
    expect(steps[0]).toMatchObject({ before: { status: 'none' }, after: { status: 'requested' } });
    expect(steps.at(-1)).toMatchObject({ before: { status: 'planned' }, after: { status: 'completed' } });
    const sequences = steps.map(({ ledger_sequence: sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    expect(new Set(steps.map(({ signed_by }) => signed_by.key))).toEqual(new Set(['current']));
    const [first = 0] = sequences;
    const until = lines(await marketops('replay', shipped, '--json', '--until', String(first + 1)));
    expect(until.map(({ event }) => event.type)).toEqual(['plan.requested', 'plan.generated']);
    const text = await marketops('replay', shipped);
    expect(text.stdout).toContain('phase: authorized → started');
    expect(text.stdout).toContain('1 unverified claim about it on system');
  });

  it('F2, P8: given it is decided again, then today’s code agrees, and what is recorded by digest only is never counted as agreeing', async () => {
    const { code, said } = await checked();
    expect([code, said.diverged]).toEqual([0, false]);
    const verdicts = new Map(
      said.steps.flatMap(({ said: events, verdict }) => events.map(({ type }) => [type, verdict])),
    );
    expect(Object.fromEntries(verdicts)).toMatchObject({
      ...{ 'plan.generated': 'partly', 'receipt.issued': 'agrees', 'operation.started': 'partly' },
      ...{ 'operation.succeeded': 'undecided', 'run.completed': 'agrees' },
    });
    for (const { verdict, notes } of said.steps)
      if (verdict === 'partly' || verdict === 'undecided') expect(notes).not.toEqual([]);
  });

  it('given receipts would live shorter today, then that diverges, with what would be said now', async () => {
    const shorter = (text: string) => {
      const config = parse(text) as { timing: Record<string, number> };
      return stringify({ ...config, timing: { ...config.timing, receipt_ttl_ms: 60_000 } });
    };
    const { code, said } = await meanwhile(configPath(), shorter, () => checked());
    expect([code, said.diverged]).toEqual([7, true]);
    const issued = said.steps.filter(({ said: events }) =>
      events.some(({ type }) => type === 'receipt.issued'),
    );
    expect(issued.map(({ verdict }) => verdict)).toEqual(['diverges', 'diverges']);
    expect(issued[0]?.would_say.map(({ type }) => type)).toEqual(['receipt.issued']);
  });

  it('given the policies are others today, then what they decided cannot be decided again, unless those of then are named', async () => {
    const policies = join(dir(), 'policies');
    const { readdirSync, mkdirSync, copyFileSync } = await import('node:fs');
    const [name = ''] = readdirSync(policies).filter((one) => one.endsWith('.cedar'));
    const then = join(dir(), 'policies-of-then');
    mkdirSync(then);
    for (const one of readdirSync(policies)) copyFileSync(join(policies, one), join(then, one));
    const changed = (text: string) => `${text}\n// another day\n`;
    const [without, named] = await meanwhile(join(policies, name), changed, async () => [
      await checked(),
      await checked('--policies', then),
    ]);
    const ofIssuance = ({ said }: { readonly said: Check }) =>
      said.steps.find(({ said: events }) => events.some(({ type }) => type === 'receipt.issued'));
    expect(ofIssuance(without)).toMatchObject({ verdict: 'undecided' });
    expect(ofIssuance(without)?.notes.join()).toContain('it was decided by policies of digest');
    expect(ofIssuance(named)).toMatchObject({ verdict: 'agrees' });
  });

  it('given a dry run beside it, then the difference names plan, decisions, outcomes and where they part', async () => {
    const { code, stdout } = await marketops('replay', shipped, '--diff', dry, '--json');
    expect(code).toBe(0);
    const said = JSON.parse(stdout) as {
      readonly same: boolean;
      readonly compared: readonly { readonly about: string; readonly same: boolean }[];
      readonly first_difference: { readonly differs: readonly string[] };
    };
    expect(said.same).toBe(false);
    expect(new Set(said.compared.map(({ about }) => about))).toEqual(
      new Set(['run', 'plan', 'decision', 'outcome']),
    );
    expect(said.first_difference.differs).toContainEqual('mode: "prod", not "dry_run"');
    const itself = await marketops('replay', shipped, '--diff', shipped, '--json');
    expect((JSON.parse(itself.stdout) as { readonly same: boolean }).same).toBe(true);
  });

  it('given filters, then events of all runs are found: by reading the journal, and a receipt through the index', async () => {
    const starts = lines(await marketops('replay', '--since', '1h', '--type', 'operation.started', '--json'));
    expect(starts.map(({ event }) => event.run_id)).toEqual([shipped, shipped]);
    const all = lines(await marketops('replay', '--since', '1h', '--json'));
    expect(all.map(({ ledger_sequence: sequence }) => sequence)).toEqual(all.map((_, at) => at + 1));
    const issued = all.find(({ event }) => event.type === 'receipt.issued');
    const { receipt } = (issued?.event.data ?? {}) as { readonly receipt?: { readonly receipt_id: string } };
    const receiptId = receipt?.receipt_id ?? '';
    const byReceipt = await marketops('replay', '--receipt', receiptId);
    expect(byReceipt.stderr).toContain('found through the index');
    expect(byReceipt.stdout.trim().split('\n')).toHaveLength(3);
    const ofRepository = lines(await marketops('replay', '--repository', 'Acme/Widgets', '--json'));
    expect(new Set(ofRepository.map(({ event }) => event.run_id))).toEqual(new Set([shipped, dry]));
    const elsewhere = await marketops('replay', '--repository', 'acme/website');
    expect(elsewhere.stderr).toContain('0 events');
    const ofTenant = await marketops('replay', '--tenant', 'other');
    expect(ofTenant.stderr).toContain('0 events');
    const byActor = lines(await marketops('replay', '--actor', 'publisher', '--since', '1h', '--json'));
    expect(byActor.map(({ event }) => event.type)).toEqual(
      expect.arrayContaining(['gate.refused', 'operation.started']),
    );
  });

  it('given an export, then CSV has a line per event, and the report tells timeline, actors, receipts, refusals and what is unproven', async () => {
    const csv = await marketops('replay', shipped, '--format', 'csv');
    const rows = csv.stdout.trim().split('\n');
    expect(rows[0]).toContain('"entry","time","type"');
    expect(rows.every((row) => row.split('","').length === 16)).toBe(true);
    const report = (await marketops('replay', '--since', '1h', '--format', 'markdown')).stdout;
    for (const title of ['Incident report', 'Timeline', 'Actors', 'Receipts', 'Refusals', 'What is unproven'])
      expect(report).toContain(`# ${title}`);
    expect(report).toContain('a claim nobody vouches for');
    expect(report).toContain('`succeeded`');
  });

  it('E3: given a key was revoked since, then what the ledger had taken before is proven, and what it took after is told apart', async () => {
    const path = join(dataDir(), 'keyring.json');
    const revokedAt = (time: string) => (text: string) => {
      const ring = JSON.parse(text) as Keyring;
      const keys = ring.keys.map((key) =>
        key.purpose === 'actor' && key.actor === 'planner' ? { ...key, revoked_at: time } : key,
      );
      return JSON.stringify({ ...ring, keys });
    };
    const standings = async (time: string) => {
      const told = await meanwhile(path, revokedAt(time), () => marketops('replay', shipped, '--json'));
      return new Set(
        lines(told).flatMap(({ signed_by: by, event }) => (event.type.startsWith('plan.') ? [by.key] : [])),
      );
    };
    expect(await standings('2099-01-01T00:00:00.000Z')).toEqual(new Set(['revoked_since']));
    expect(await standings('2020-01-01T00:00:00.000Z')).toEqual(new Set(['revoked_before']));
  });

  it('given what cannot be, then it says so: no terminal, no such run, nothing asked for', async () => {
    const code = async (...args: readonly string[]) => {
      const told = await marketops('replay', ...args, '--json');
      return [
        told.code,
        (JSON.parse(told.stdout) as { readonly error: { readonly code: string } }).error.code,
      ];
    };
    expect(await code(shipped, '--step')).toEqual([2, 'terminal_needed']);
    expect(await code(`run_${'0'.repeat(26)}`)).toEqual([3, 'run_not_found']);
    expect(await code()).toEqual([2, 'usage_invalid']);
    expect(await code('--check')).toEqual([2, 'usage_invalid']);
    expect(await code(shipped, '--since', 'yesterday')).toEqual([2, 'usage_invalid']);
    expect(await code('--type', 'operation.begun')).toEqual([2, 'usage_invalid']);
  });

  it('D2: given --live, then it is the only one that tries to connect', async () => {
    expect((await marketops('replay', shipped, '--live')).code).toBe(97);
  });
});
