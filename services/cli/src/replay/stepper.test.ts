import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CliError } from '../errors.js';
import { openStepper } from './stepper.js';

const terminal = () => ({
  input: Object.assign(new PassThrough(), { isTTY: true }),
  output: Object.assign(new PassThrough(), { isTTY: true }),
});

describe('one step per Enter', () => {
  it('given Enter, then it goes on; given q, or the end of input, then it ends', async () => {
    const at = terminal();
    const stepper = openStepper(new AbortController().signal, at);
    at.input.write('\n');
    expect(await stepper.next()).toBe(true);
    at.input.write('Q\n');
    expect(await stepper.next()).toBe(false);
    at.input.end();
    expect(await stepper.next()).toBe(false);
    stepper.close();
  });

  it('given Ctrl-C while it waits, then it rejects with the reason', async () => {
    const controller = new AbortController();
    const stepper = openStepper(controller.signal, terminal());
    const next = stepper.next();
    controller.abort(new RangeError('interrupted'));
    await expect(next).rejects.toThrow('interrupted');
  });

  it('given no terminal, then it says so', () => {
    const { output } = terminal();
    const open = () => openStepper(new AbortController().signal, { input: new PassThrough(), output });
    expect(open).toThrow(CliError);
    expect(open).toThrow('this is no terminal');
  });
});
