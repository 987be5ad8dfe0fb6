import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStartCap } from './start-cap.js';

const hourMs = 3_600_000;
let dir: string;
let nowMs: number;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'marketops-cap-'));
  nowMs = 500_000 * hourMs + 60_000;
});
afterEach(() => rmSync(dir, { recursive: true }));

/** As a process that starts anew would open it. */
const open = (max = 2) => openStartCap(dir, new Map([['acme', max]]), () => nowMs);

describe('the cap on starts', () => {
  it('given room for two, then two receipts have a place and the third waits for the first to leave', () => {
    const cap = open();
    expect([cap.take('acme', 'rcp_1'), cap.take('Acme', 'rcp_2')]).toEqual([0, 0]);
    nowMs += 1_000;
    expect(cap.waitMs('acme', 'rcp_3')).toBe(hourMs - 1_000);
    expect(cap.take('acme', 'rcp_3')).toBe(hourMs - 1_000);
    nowMs += hourMs - 1_001;
    expect(cap.take('acme', 'rcp_3')).toBe(1);
    nowMs += 1;
    expect(cap.take('acme', 'rcp_3')).toBe(0);
  });

  it('given a receipt that has its place, when it asks again, then it takes no other', () => {
    const cap = open();
    for (let asked = 0; asked < 100; asked += 1) expect(cap.take('acme', 'rcp_1')).toBe(0);
    expect(cap.take('acme', 'rcp_2')).toBe(0);
    expect(cap.take('acme', 'rcp_3')).toBeGreaterThan(0);
    expect([cap.waitMs('acme', 'rcp_1'), cap.take('acme', 'rcp_1')]).toEqual([0, 0]);
  });

  it('given a place that was left, when its receipt asks again, then it counts anew', () => {
    const cap = open(1);
    expect(cap.take('acme', 'rcp_1')).toBe(0);
    nowMs += hourMs;
    expect(cap.take('acme', 'rcp_1')).toBe(0);
    expect(cap.waitMs('acme', 'rcp_2')).toBe(hourMs);
  });

  it('given only questions, then nothing is taken', () => {
    const cap = open(1);
    for (let asked = 0; asked < 10; asked += 1) expect(cap.waitMs('acme', `rcp_${asked}`)).toBe(0);
    expect(cap.take('acme', 'rcp_x')).toBe(0);
  });

  it('given an account without a cap, then it never waits and nothing is written', () => {
    expect(open().take('globex', 'rcp_1')).toBe(0);
    expect(readdirSync(dir)).toEqual(['acme']);
  });

  it('given a process that starts anew, then it finds what was taken before', () => {
    open().take('acme', 'rcp_1');
    open().take('acme', 'rcp_2');
    expect(open().waitMs('acme', 'rcp_3')).toBe(hourMs);
  });

  it('given the turn of an hour, then the places before it still count', () => {
    nowMs = 500_001 * hourMs - 1;
    open().take('acme', 'rcp_1');
    nowMs += 1;
    open().take('acme', 'rcp_2');
    expect(readdirSync(join(dir, 'acme'))).toHaveLength(2);
    expect(open().waitMs('acme', 'rcp_3')).toBe(hourMs - 1);
  });

  it('given a clock that was set back, then places last longer, never shorter', () => {
    open(1).take('acme', 'rcp_1');
    nowMs -= 5 * hourMs;
    expect(open(1).waitMs('acme', 'rcp_2')).toBe(6 * hourMs);
  });

  it('given hours that have passed, then their files are gone', () => {
    for (let hour = 0; hour < 5; hour += 1) {
      open().take('acme', `rcp_${hour}`);
      nowMs += hourMs;
    }
    open().waitMs('acme', 'rcp_x');
    expect(readdirSync(join(dir, 'acme'))).toHaveLength(1);
  });

  it('given half a line that a crash left, then the next is whole', () => {
    const cap = open();
    cap.take('acme', 'rcp_1');
    const [name = ''] = readdirSync(join(dir, 'acme'));
    appendFileSync(join(dir, 'acme', name), '\n17999');
    expect([cap.take('acme', 'rcp_2'), open().waitMs('acme', 'rcp_2')]).toEqual([0, 0]);
    expect(open().waitMs('acme', 'rcp_3')).toBe(hourMs);
  });

  it('given a folder that cannot be made, then the publisher does not start', () => {
    writeFileSync(join(dir, 'acme'), '');
    expect(() => open()).toThrow(/starts_per_hour needs it/);
  });
});

/** Takes places as fast as it can, and says each it got. */
const greedy = `
  const [module, dir, name] = process.argv.slice(1);
  const { openStartCap } = await import(module);
  const cap = openStartCap(dir, new Map([['acme', 40]]), Date.now);
  for (let at = 0; at < 400; at += 1) {
    const receipt = 'rcp_' + name + '_' + at;
    if (cap.take('acme', receipt) === 0) process.stdout.write(receipt + '\\n');
  }
`;
const built = new URL('../../dist/ports/start-cap.js', import.meta.url).href;

describe('the cap on starts, over processes', () => {
  it('given four processes, one of them killed in the middle, then no place is given twice or forgotten', async () => {
    const said: string[] = [];
    const children = ['a', 'b', 'c', 'd'].map((name): ChildProcess => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', greedy, built, dir, name], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        said.push(line);
        if (name === 'a' && said.filter((one) => one.startsWith('rcp_a')).length === 3) child.kill('SIGKILL');
      });
      return child;
    });
    await Promise.all(children.map((child) => once(child, 'close')));

    const cap = openStartCap(dir, new Map([['acme', 40]]), Date.now);
    expect(cap.waitMs('acme', 'rcp_another')).toBeGreaterThan(0);
    // Everything that was said to have a place has it; what was killed may have one more that it could not say.
    for (const receipt of said) expect(cap.waitMs('acme', receipt), receipt).toBe(0);
    expect(new Set(said).size).toBe(said.length);
    expect(said.length).toBeLessThanOrEqual(40);
    expect(said.length).toBeGreaterThanOrEqual(39);
    const lines = readdirSync(join(dir, 'acme')).flatMap((name) =>
      readFileSync(join(dir, 'acme', name), 'latin1')
        .split('\n')
        .filter(Boolean),
    );
    expect(lines.every((line) => /^\d+ rcp_[abcd]_\d+$/.test(line))).toBe(true);
  });
});
