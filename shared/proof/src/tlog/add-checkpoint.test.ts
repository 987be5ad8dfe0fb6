import { describe, expect, test } from 'vitest';
import { digest } from '../testing/fixtures.js';
import { formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.js';

const refused = expect.objectContaining({ code: 'add_checkpoint_malformed' });
const note = 'origin\n3\nroot\n\n— origin AAAAAAA=\n';
const hash = Buffer.alloc(32, 7).toString('base64');

describe('requests of add-checkpoint', () => {
  test('given C2SP’s example, when read, then it has its parts; written again it is the same', () => {
    const example = [
      'old 20852014',
      'PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=',
      'jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=',
      '5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=',
      '/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=',
      '',
      'example.com/behind-the-sofa',
      '20852163',
      'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=',
      '',
      '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=',
      '',
    ].join('\n');
    const request = parseAddCheckpoint(example);
    expect(request).toMatchObject({ oldSize: 20_852_014, note: expect.stringMatching(/^example\.com/) });
    expect(request.path).toHaveLength(4);
    expect(formatAddCheckpoint(request)).toBe(example);
    expect(parseAddCheckpoint(`old 0\n\n${note}`)).toEqual({ oldSize: 0, path: [], note });
  });

  test.each([
    ['no old size', `\n\n${note}`],
    ['another first line', `size 3\n\n${note}`],
    ['two spaces', `old  3\n\n${note}`],
    ['a leading zero', `old 03\n\n${note}`],
    ['a negative size', `old -3\n\n${note}`],
    ['a size no double counts', `old 9007199254740993\n\n${note}`],
    ['64 hashes', `old 3\n${`${hash}\n`.repeat(64)}\n${note}`],
    ['a hash of 31 bytes', `old 3\n${Buffer.alloc(31).toString('base64')}\n\n${note}`],
    ['a second spelling of base64', `old 3\n${hash.replace(/c=$/, 'd=')}\n\n${note}`],
    ['no empty line', 'old 3\n'],
    ['more than it may hold', `old 3\n\n${'x'.repeat(300_000)}`],
  ])('given a request with %s, when read, then it is refused', (_, text) => {
    expect(() => parseAddCheckpoint(text)).toThrowError(refused);
  });

  test('given what could not be read again, when written, then it is refused', () => {
    const path = Array.from({ length: 64 }, () => digest('x'));
    expect(() => formatAddCheckpoint({ oldSize: 3, path, note })).toThrowError(refused);
    expect(() => formatAddCheckpoint({ oldSize: 0.5, path: [], note })).toThrowError(refused);
  });
});
