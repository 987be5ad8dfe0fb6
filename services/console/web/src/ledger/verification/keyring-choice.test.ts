import { webCrypto } from '@marketops/proof/web';
import { describe, expect, it } from 'vitest';
import { smallJournal } from '../testing/small-journal.js';
import { readKeyring, spokenFingerprint } from './keyring-choice.js';

const { keyring } = smallJournal(1);
const read = (text: string) => readKeyring(webCrypto, text);

describe('a keyring of one’s own', () => {
  it('given the same keys in another form, then the same fingerprint; given another key, another', () => {
    const one = read(JSON.stringify(keyring));
    const turned = read(
      JSON.stringify(Object.fromEntries(Object.entries(keyring).toReversed()), undefined, 2),
    );
    const other = read(JSON.stringify({ ...keyring, keys: keyring.keys.slice(1) }));
    expect(one.ok && turned.ok && turned.fingerprint === one.fingerprint).toBe(true);
    expect(one.ok && other.ok && other.fingerprint !== one.fingerprint).toBe(true);
  });

  it.each([
    ['nothing', ' ', 'Paste the whole'],
    ['text', 'hello', 'It is not JSON'],
    ['something else', '{"version":1}', 'It is no keyring: environment:'],
    ['a book', `"${'x'.repeat(4_200_000)}"`, 'It is longer than'],
  ])('given %s, then what is wrong', (_, text, why) => {
    expect(read(text)).toMatchObject({ ok: false, why: expect.stringContaining(why) });
  });

  it('given a fingerprint, then it can be read aloud', () => {
    expect(spokenFingerprint('0123456789abcdef'.repeat(4))).toBe('0123 4567 89ab cdef 0123 4567 89ab cdef');
  });
});
