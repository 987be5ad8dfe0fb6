import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { confirm } from './confirm.js';

const terminal = (isTTY: boolean): PassThrough & { isTTY: boolean } =>
  Object.assign(new PassThrough(), { isTTY });

describe('confirm', () => {
  const { signal } = new AbortController();
  const asked = (
    answer: string,
    over: { input?: boolean; output?: boolean; json?: boolean; yes?: boolean } = {},
  ) => {
    const { input: typed = true, output: shown = true, json = false, yes = false } = over;
    const input = terminal(typed);
    const output = terminal(shown);
    input.write(`${answer}\n`);
    const done = confirm('Approve exactly this?', { yes, json, signal, input, output });
    return { done, output };
  };

  it.each(['yes', 'YES', ' yes '])('given %j, then it goes on', async (answer) => {
    const { done, output } = asked(answer);
    await done;
    expect(String(output.read())).toContain('Approve exactly this?');
  });

  it.each(['', 'y', 'no', 'yes please'])('given %j, then nothing is signed', async (answer) => {
    await expect(asked(answer).done).rejects.toMatchObject({ code: 'not_confirmed' });
  });

  it.each([
    ['nobody types', { input: false }],
    ['nobody sees it', { output: false }],
    ['what it is about was not shown', { json: true }],
  ])('given that %s, then nothing is signed, whatever comes in', async (_what, over) => {
    await expect(asked('yes', over).done).rejects.toMatchObject({ code: 'confirmation_needed' });
  });

  it('given --yes, then nobody is asked', async () => {
    const { done, output } = asked('no', { yes: true, input: false, output: false });
    await done;
    expect(output.read()).toBeNull();
  });

  it('given Ctrl-C at the question, then nothing is signed', async () => {
    const controller = new AbortController();
    const input = terminal(true);
    const done = confirm('Approve?', {
      ...{ yes: false, json: false, signal: controller.signal, input, output: terminal(true) },
    });
    controller.abort(new Error('interrupted'));
    await expect(done).rejects.toThrow();
  });
});
