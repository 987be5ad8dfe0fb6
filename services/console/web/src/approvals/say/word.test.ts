import { describe, expect, it } from 'vitest';
import { type Draft, wordOf } from './word.js';

const planned = ['tag', 'release'];
const draft = (more: Partial<Draft> = {}): Draft => ({
  ...{ verdict: 'grant', ticked: new Set(planned), reason: ' read the notes ', withdraws: undefined },
  ...{ expiresInMs: 86_400_000, ...more },
});

describe('what somebody is about to say', () => {
  it('given everything is ticked, then it is about all of the plan', () => {
    expect(wordOf(draft(), planned)).toEqual({
      word: {
        ...{ verdict: 'grant', operations: 'all', reason: 'read the notes', withdraws: null },
        expiresInMs: 86_400_000,
      },
    });
  });

  it('given a part is ticked, then it is about these, in the plan’s order', () => {
    expect(wordOf(draft({ ticked: new Set(['release', 'gone']) }), planned)).toMatchObject({
      word: { operations: ['release'] },
    });
  });

  it.each([
    ['a denial without a reason', draft({ verdict: 'deny', reason: ' ' }), 'Say why'],
    ['nothing ticked', draft({ ticked: new Set() }), 'Choose what'],
    ['a withdrawal of nothing', draft({ verdict: 'withdraw' }), 'Choose which'],
    ['a reason as long as a book', draft({ reason: 'x'.repeat(501) }), 'more than 500'],
  ])('given %s, then what it lacks', (_, given, text) => {
    expect(wordOf(given, planned)).toMatchObject({ lacks: expect.stringContaining(text) });
  });

  it('given a withdrawal, then it names the grant, and the form’s lifetime is not its own', () => {
    const word = wordOf(
      draft({ verdict: 'withdraw', withdraws: { id: '01J', operations: ['tag'] }, reason: '' }),
      planned,
    );
    expect(word).toEqual({
      word: {
        ...{
          verdict: 'withdraw',
          operations: ['tag'],
          reason: null,
          withdraws: '01J',
          expiresInMs: 3_600_000,
        },
      },
    });
  });
});
