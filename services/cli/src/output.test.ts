import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createOutput } from './output.js';

const terminal = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, columns: 80, written, write: (text: string) => written.push(text) };
};

describe('createOutput', () => {
  it('keeps results and commentary apart', () => {
    const [stdout, stderr] = [terminal(false), terminal(false)];
    const output = createOutput({ json: false, stdout, stderr, env: {} });
    output.line('result');
    output.note('commentary');
    output.document({ never: 'shown' });
    expect(stdout.written).toEqual(['result\n']);
    expect(stderr.written).toEqual(['commentary\n']);
  });

  it('prints JSON and nothing else with --json', () => {
    const [stdout, stderr] = [terminal(true), terminal(true)];
    const output = createOutput({ json: true, stdout, stderr, env: {} });
    output.line('result');
    output.note('commentary');
    output.record({ one: 1 });
    expect(stdout.written).toEqual(['{"one":1}\n']);
    expect(stderr.written).toEqual([]);
  });

  it.each([
    ['a terminal', true, {}, true],
    ['a pipe', false, {}, false],
    ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
  ])('colours on %s: as it should', (_where, isTTY, env, coloured) => {
    const stdout = terminal(isTTY);
    const output = createOutput({ json: false, stdout, stderr: terminal(false), env });
    output.line(output.paint.green('ok'));
    expect(stdout.written[0]).toBe(coloured ? '\u001b[32mok\u001b[39m\n' : 'ok\n');
  });

  it('lets no other sequence through, even where a renderer forgot', () => {
    const stdout = terminal(true);
    createOutput({ json: false, stdout, stderr: terminal(true), env: {} }).line(
      '\u001b[2Jgone\u001b]0;x\u0007',
    );
    expect(stdout.written).toEqual(['gone\n']);
  });

  it('given a reader that is slow, then it can be waited for, and an export is written in any mode', async () => {
    const stdout = new PassThrough({ highWaterMark: 4 });
    const output = createOutput({ json: true, stdout, stderr: terminal(false), env: {} });
    await output.drained();
    output.exported('a,b,c');
    let isDrained = false;
    const drained = output.drained().then(() => {
      isDrained = true;
    });
    await Promise.resolve();
    expect(isDrained).toBe(false);
    expect(String(stdout.read())).toBe('a,b,c\n');
    await drained;
  });
});
