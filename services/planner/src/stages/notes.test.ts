import { Body } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import type { MergedPull } from '../ports/discovery.js';
import { release, selected } from '../testing/stages.js';
import { bodyCharsMax, bodyOf, generatedNotes } from './notes.js';

const web_url = 'https://github.com/acme/widgets';
const pullOf = (number: number, over: Partial<MergedPull> = {}): MergedPull => ({
  author: 'ada',
  title: `Change ${number}`,
  url: `${web_url}/pull/${number}`,
  ...over,
});
const notesOf = (pulls: readonly MergedPull[], complete = true, charsMax = bodyCharsMax) =>
  generatedNotes({ tagName: 'v1.1.0', since: 'v1.0.0', changes: { pulls, complete, web_url } }, charsMax);
const link = `**Full Changelog**: ${web_url}/compare/v1.0.0...v1.1.0`;

describe('generated notes', () => {
  it('given merged pull requests, then they are worded as GitHub words them', () => {
    expect(notesOf([pullOf(1), pullOf(2, { author: null })])).toBe(
      [
        "## What's Changed",
        `* Change 1 by @ada in ${web_url}/pull/1`,
        `* Change 2 by @ghost in ${web_url}/pull/2`,
        '',
        '',
        link,
      ].join('\n'),
    );
  });

  it('given nothing was merged, or nothing released before, then there is the link alone', () => {
    expect(notesOf([])).toBe(link);
    const first = { tagName: 'v1.1.0', since: null, changes: { pulls: [], complete: true, web_url } };
    expect(generatedNotes(first, bodyCharsMax)).toBe(`**Full Changelog**: ${web_url}/commits/v1.1.0`);
  });

  it('given more than was read, or than has room, then it says that the list is cut, and fits', () => {
    expect(notesOf([pullOf(1)], false)).toContain('\n* … and more: the list is cut short here.\n');
    const many = Array.from({ length: 2_000 }, (_, at) => pullOf(at, { title: 'x'.repeat(200) }));
    for (const charsMax of [300, 1_000, 1_001, 5_000, bodyCharsMax]) {
      const text = notesOf(many, true, charsMax);
      expect(text.length).toBeLessThanOrEqual(charsMax);
      expect(text).toContain('cut short');
      expect(text.endsWith(link)).toBe(true);
    }
  });

  it.each([
    ['a line end', 'one\n## two', 'one ## two'],
    ['a comment that would hide the rest', 'one <!-- two --', 'one \\<\\!-- two --'],
    ['a marker of ours', 'x\n<!-- marketops:0 -->', 'x \\<\\!-- marketops:0 --\\>'],
    ['a link', '[Download](https://evil.test/x)', '\\[Download\\](https://evil.test/x)'],
    ['a link behind backslashes', '\\[x\\](y)', '\\\\\\[x\\\\\\](y)'],
    ['an image', '![](https://evil.test/x.png)', '\\!\\[\\](https://evil.test/x.png)'],
    ['HTML', '<details><summary>x', '\\<details\\>\\<summary\\>x'],
    ['a character by its number', '&#91;x', '\\&#91;x'],
    ['a fence', '```', '\\`\\`\\`'],
    ['code', 'a `[b]` c', 'a \\`\\[b\\]\\` c'],
    ['a heading', '# One', '\\# One'],
    ['a list in it', '12. one', '12\\. one'],
    ['a task in it', '- [ ] one', '\\- \\[ \\] one'],
    ['a mention', '@everyone and @@acme/security', '`@`everyone and `@@`acme/security'],
    ['what turns the text around', 'one \u202etwo', 'one  two'],
    ['a text hidden in variation selectors', `a${'\u{e0161}'.repeat(3)}b`, 'a b'],
    ['what is blank and no space', 'x\u3164\u115f\u034fy', 'x y'],
    ['half a character', 'one \ud83d', 'one \ufffd'],
  ])('given a title with %s, then it stands there as it was written', (_what, title, shown) => {
    const notes = notesOf([pullOf(1, { title })]);
    expect(notes).toContain(`\n* ${shown} by @ada in`);
    expect(Body.safeParse(notes).success).toBe(true);
  });

  it.each([
    ['dependabot[bot]', '@dependabot[bot]'],
    ['a](https://evil.test) @acme/all', '`@`a\\](https://evil.test) `@`acme/all'],
  ])('given the author %s, then only what can be an account is called one', (author, shown) => {
    expect(notesOf([pullOf(1, { author })])).toContain(`* Change 1 by ${shown} in `);
  });

  it('given a body, then notes stand below it and leave room for it; the same reads make the same text', () => {
    const pulls = Array.from({ length: 2_000 }, (_, at) => pullOf(at, { title: 'x'.repeat(200) }));
    const body = { text: 'y'.repeat(50_000) };
    const changes = { since: 'v1.0.0', changes: { pulls, complete: true, web_url } };
    const one = selected({ ...release, generate_notes: true }, { body, changes });
    const text = bodyOf(one) ?? '';
    expect(text.startsWith(`${body.text}\n\n## What's Changed\n`)).toBe(true);
    expect(text.length).toBeLessThanOrEqual(bodyCharsMax);
    expect(text.length).toBeGreaterThan(bodyCharsMax - 500);
    expect(bodyOf(one)).toBe(text);
  });

  it('given a body that cannot be read, then there is none', () => {
    expect(bodyOf(selected(release, { body: { fault: 'gone' } }))).toBeNull();
  });
});
