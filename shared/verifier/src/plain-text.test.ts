import { describe, expect, it } from 'vitest';
import { keepColoursOnly, safeJson, sanitize, sanitizeLines } from './plain-text.js';

const esc = '\u001b';

describe('sanitize', () => {
  it.each([
    ['colours', `${esc}[31mred${esc}[0m`, 'red'],
    ['cursor movement and erasure', `${esc}[2A${esc}[2Kforged`, 'forged'],
    ['an eight-bit control sequence', '\u009b31mred', 'red'],
    ['a window title (OSC, ended by BEL)', `a${esc}]0;owned\u0007b`, 'ab'],
    ['a link (OSC, ended by ST)', `${esc}]8;;http://evil.example${esc}\\click${esc}]8;;${esc}\\`, 'click'],
    ['the clipboard (OSC 52)', `${esc}]52;c;cm0gLXJm\u0007text`, 'text'],
    ['a device control string', `${esc}P1$r${esc}\\x`, 'x'],
    ['a string that never ends', `kept${esc}]0;the rest`, 'kept'],
    ['a full reset', `${esc}cafter`, 'after'],
    ['a character set switch', `${esc}(0lqqk`, 'lqqk'],
  ])('removes %s', (_what, text, clean) => {
    expect(sanitize(text)).toBe(clean);
  });

  it.each([
    ['a carriage return', 'safe\rforged', 'safe forged'],
    ['line breaks and tabs', 'a\n\tb', 'a b'],
    ['a backspace', 'prod\b\b\b\bdry', 'prod\\u{8}\\u{8}\\u{8}\\u{8}dry'],
    ['a right-to-left override', 'v1.0\u202egpj', 'v1.0\\u{202e}gpj'],
    ['a zero-width space', 'ac\u200bme', 'ac\\u{200b}me'],
    ['an isolate', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a byte order mark', '\ufeffx', '\\u{feff}x'],
    ['an Arabic letter mark', 'a\u061cb', 'a\\u{61c}b'],
    ['a soft hyphen', 'ac\u00adme', 'ac\\u{ad}me'],
    ['a deprecated bidi control', 'a\u206eb', 'a\\u{206e}b'],
    ['an interlinear mark', 'a\ufff9b', 'a\\u{fff9}b'],
    ['invisible tag letters', 'x\u{e0041}', 'x\\u{e0041}'],
    ['a Hangul filler', 'ac\u3164me', 'ac\\u{3164}me'],
    ['a half-width Hangul filler', 'ac\uffa0me', 'ac\\u{ffa0}me'],
    ['Hangul Jamo fillers', 'a\u115f\u1160b', 'a\\u{115f}\\u{1160}b'],
    ['an empty Braille pattern', 'ac\u2800me', 'ac\\u{2800}me'],
    ['a grapheme joiner', 'ac\u034fme', 'ac\\u{34f}me'],
    ['inherent Khmer vowels', 'a\u17b4\u17b5b', 'a\\u{17b4}\\u{17b5}b'],
    ['a Mongolian variation selector', 'a\u180bb', 'a\\u{180b}b'],
    ['a variation selector', 'a\ufe0fb', 'a\\u{fe0f}b'],
    ['a second text in variation selectors', 'v1\u{e0148}\u{e0159}', 'v1\\u{e0148}\\u{e0159}'],
    ['a musical note without a head', 'a\u{1d159}b', 'a\\u{1d159}b'],
    ['a Khitan filler', 'a\u{16fe4}b', 'a\\u{16fe4}b'],
    ['a private letter', 'a\ue000b', 'a\\u{e000}b'],
    ['a letter that does not exist', 'a\u{2fffe}b', 'a\\u{2fffe}b'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['a lone escape at the end', `x${esc}`, 'x\\u{1b}'],
    ['a lone surrogate', 'x\ud800', 'x\ufffd'],
  ])('makes %s harmless and visible', (_what, text, clean) => {
    expect(sanitize(text)).toBe(clean);
  });

  it('leaves ordinary text of any language alone', () => {
    const text = 'Grüße, 世界 – שלום “v1.4.0” 👩‍🚀'.replace('\u200d', '');
    expect(sanitize(text)).toBe(text);
  });

  it('bounds what it prints', () => {
    expect(sanitize('x'.repeat(5_000), 10)).toBe(`${'x'.repeat(9)}…`);
  });

  it('lets nothing through that has no shape: of every character there is', () => {
    const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
    const every = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code));
    // A control character may take along what stands behind it, so each of those is asked by itself.
    const texts = [...every.slice(0, 0xa0), every.slice(0xa0).join('')];
    const passed = texts.flatMap((text) => sanitizeLines(`x${text}y`, Infinity).match(invisible) ?? []);
    // The line break is wanted, and a carriage return becomes one.
    expect(passed).toEqual(['\n', '\n']);
  });

  it('keeps line breaks only where lines are wanted', () => {
    expect(sanitizeLines(`a\r\nb${esc}[1m\u0000`)).toBe('a\nb\\u{0}');
  });

  it('is the same applied twice', () => {
    const once = sanitize(`${esc}${esc}[31m[31mx\u009b\u001b`);
    expect(sanitize(once)).toBe(once);
  });
});

describe('keepColoursOnly', () => {
  it('lets our own colours through and nothing else', () => {
    expect(keepColoursOnly(`${esc}[32mok${esc}[39m${esc}[2J\u0007`)).toBe(`${esc}[32mok${esc}[39m\\u{7}`);
  });
});

describe('safeJson', () => {
  it('escapes what a terminal would obey, and still says the same', () => {
    const value = { title: '\u009b31m\u202e\u{e0041}\u007f\u3164\u2800\ufe0f', nested: ['\u001b', '\n'] };
    const text = safeJson(value);
    expect(text).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
