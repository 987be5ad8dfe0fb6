import { webCrypto } from '@marketops/proof/web';
import { describe, expect, it } from 'vitest';
import { type SmallJournal, smallJournal } from '../testing/small-journal.js';
import type { VerifyNews, VerifyOrder } from './messages.js';
import { runOrder } from './run-order.js';

const whole = smallJournal(12);

/** A server that has the file, as far as `serve` lets it. */
function serverOf(text: string, serve: (asked: number) => number | undefined = () => undefined) {
  const bytes = new TextEncoder().encode(text);
  let asked = 0;
  const fetchRange = async (_: string, { headers }: { headers: Readonly<Record<string, string>> }) => {
    asked += 1;
    const status = serve(asked);
    if (status !== undefined)
      return new Response('no', { status, headers: status === 429 ? { 'retry-after': '7' } : {} });
    const [from, to] = (headers['range'] ?? '').replace('bytes=', '').split('-').map(Number);
    if (from === undefined || to === undefined || from >= bytes.length)
      return new Response(null, { status: 416 });
    return new Response(bytes.slice(from, to + 1), { status: 206 });
  };
  return { fetch: fetchRange, asked: () => asked };
}

async function verified(
  { name, text, keyring }: Pick<SmallJournal, 'name' | 'text' | 'keyring'>,
  order: Partial<VerifyOrder> = {},
  serve?: (asked: number) => number | undefined,
) {
  const news: VerifyNews[] = [];
  const server = serverOf(text, serve);
  const sleeps: number[] = [];
  const files = [{ name, bytes: text.length, path: `/journal/${name}` }];
  await runOrder(
    { files, keyring, memories: [], ...order },
    { crypto: webCrypto, fetch: server.fetch, sleep: async (ms) => void sleeps.push(ms), nowMs: () => 0 },
    (one) => news.push(one),
  );
  return { last: news.at(-1), news, sleeps, asked: server.asked() };
}

const pinOf = (sequence: number, hash: string) => [
  { text: `${sequence}:${hash}`, where: 'the pin you pasted' },
];

describe('the order to verify a ledger', () => {
  it('given a ledger that holds, then its report, after progress in bytes', async () => {
    const { last, news } = await verified(whole);
    expect(last).toMatchObject({ kind: 'report', memories: [], report: { ok: true, entries: 12 } });
    expect(news[0]).toMatchObject({ kind: 'progress', progress: { bytesTotal: whole.text.length } });
  });

  it('L1: given a letter that was changed, then the first bad entry, its law and what to do', async () => {
    const text = whole.text.replace('the life of Redis number 7', 'the life of Redis number 8');
    const { last } = await verified({ ...whole, text });
    expect(last).toMatchObject({
      kind: 'report',
      report: { ok: false, entries: 6, fault: { law: 'L1', code: 'entry_changed', sequence: 7 } },
    });
  });

  it('L1: given a tail that was cut, then only who remembers it can tell', async () => {
    const cut = {
      ...whole,
      text: `${whole.text
        .split('\n')
        .slice(0, 1 + 3 * 9)
        .join('\n')}\n`,
    };
    expect((await verified(cut)).last).toMatchObject({ kind: 'report', report: { ok: true, entries: 9 } });
    const told = await verified(cut, { memories: pinOf(whole.sequence, whole.hash) });
    expect(told.last).toMatchObject({
      ...{ kind: 'report', memories: ['1 pin'] },
      report: { ok: false, fault: { code: 'tail_cut', sequence: 10 } },
    });
  });

  it('given the pin as a verification printed it, then it is taken with its label', async () => {
    const memories = [{ text: ` chain  ${whole.sequence}:${whole.hash}\n`, where: 'the pin' }];
    expect((await verified(whole, { memories })).last).toMatchObject({
      kind: 'report',
      report: { ok: true },
    });
  });

  it.each([
    ['a pin of another log', JSON.stringify({ log_origin: 'other' }), 'pin_invalid'],
    ['text that is neither pin nor checkpoint', 'hello', 'checkpoint_invalid'],
  ])('given %s, then that is said and nothing is judged', async (_, text, code) => {
    const { last, asked } = await verified(whole, { memories: [{ text, where: 'the pin' }] });
    expect(last).toMatchObject({ kind: 'failed', code });
    expect(asked).toBe(0);
  });

  it('given what is no keyring, then that is said', async () => {
    const { last } = await verified(whole, { keyring: { version: 1 } });
    expect(last).toMatchObject({ kind: 'failed', code: 'verify_keyring_invalid' });
  });

  it('given a server that stumbles, then it is asked again', async () => {
    const { last } = await verified(whole, {}, (asked) => (asked === 2 ? 503 : undefined));
    expect(last).toMatchObject({ kind: 'report', report: { ok: true } });
  });

  it('given a server that limits its callers, then it is waited for as long as it says', async () => {
    const { last, sleeps } = await verified(whole, {}, (asked) => (asked === 1 ? 429 : undefined));
    expect(last).toMatchObject({ kind: 'report', report: { ok: true } });
    expect(sleeps).toEqual([7_000]);
  });

  it('given a server that stays down, then no verdict: what was not read was not judged', async () => {
    const { last } = await verified(whole, {}, () => 502);
    expect(last).toMatchObject({ kind: 'failed', code: 'journal_unreachable' });
  });

  it('given somebody who may not read it, then which role it takes', async () => {
    const { last, asked } = await verified(whole, {}, () => 403);
    expect(last).toMatchObject({ kind: 'failed', code: 'journal_withheld' });
    expect(asked).toBe(1);
  });
});
