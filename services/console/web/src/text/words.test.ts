import { describe, expect, it } from 'vitest';
import { csvText } from './csv.js';
import { shown, shownLines } from './shown.js';
import { bytes, countdown, duration, plural, shortened } from './words.js';

describe('words', () => {
  it('say lengths of time', () => {
    expect([5, 1_250, 75_000, 3_723_000, 90_000_000].map(duration)).toEqual([
      '5 ms',
      '1.25 s',
      '1 min 15 s',
      '1 h 2 min',
      '1 d 1 h',
    ]);
    expect([-5, 999, 61_000, 3_600_000].map(countdown)).toEqual(['0:00', '0:01', '1:01', '1:00:00']);
  });

  it('say amounts', () => {
    expect([0, 1_023, 1_536, 200 * 1_024 * 1_024].map(bytes)).toEqual([
      '0 B',
      '1023 B',
      '1.5 KiB',
      '200 MiB',
    ]);
    expect(plural(1, 'run')).toBe('1 run');
    expect(plural(100_000, 'run')).toBe('100,000 runs');
  });

  it('shorten an id at its middle, and only a long one', () => {
    expect(shortened('run_01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe('run_01AR…9G5FAV');
    expect(shortened('alice')).toBe('alice');
  });
});

describe('text from outside', () => {
  it('has what would turn or hide it spelled out', () => {
    expect(shown('gpj.\u202egnp\u0007')).toBe('gpj.\\u{202e}gnp\\u{7}');
    expect(shown('two\nlines')).toBe('two lines');
    expect(shownLines('two\nlines\u200b')).toBe('two\nlines\\u{200b}');
  });

  it('is no formula in a spreadsheet', () => {
    expect(
      csvText(
        ['a', 'b'],
        [
          ['=HYPERLINK("x")', null],
          ['say "hi"', 2],
        ],
      ),
    ).toBe('"a","b"\r\n"\'=HYPERLINK(""x"")",""\r\n"say ""hi""","2"\r\n');
  });
});
