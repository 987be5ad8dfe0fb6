import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from './diff-lines.js';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
const say = (before: string | null, after: string | null) =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${text}`);

describe('diffLines', () => {
  it('shows what was changed between what stayed', () => {
    expect(say('one\ntwo\nthree', 'one\n2\nthree')).toEqual([' one', '-two', '+2', ' three']);
  });

  it('takes a missing text for an empty one, and a last line break for no line', () => {
    expect(say(null, 'one\n')).toEqual(['+one']);
    expect(say('one\r\n', null)).toEqual(['-one']);
    expect(say(null, null)).toEqual([]);
  });

  it('has both texts in it, whatever they are, with their line numbers', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const found = diffLines(before.join('\n'), after.join('\n'));
        const old = found.filter(({ kind }) => kind !== 'added');
        const now = found.filter(({ kind }) => kind !== 'removed');
        expect(old.map(({ text }) => text)).toEqual(before);
        expect(now.map(({ text }) => text)).toEqual(after);
        expect(old.map((line) => line.before)).toEqual(before.map((_, at) => at + 1));
        expect(now.map((line) => line.after)).toEqual(after.map((_, at) => at + 1));
      }),
    );
  });

  it('replaces the whole of what is too long to compare, and is not slow about it', () => {
    const long = (letter: string) => Array.from({ length: 5_000 }, (_, n) => `${letter}${n}`).join('\n');
    const found = diffLines(long('a'), long('b'));
    expect(found.filter(({ kind }) => kind === 'removed')).toHaveLength(5_000);
    expect(found.filter(({ kind }) => kind === 'added')).toHaveLength(5_000);
  });
});
