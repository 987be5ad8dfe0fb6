import { InputError } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import type { PlacedFault } from '../errors.js';
import { parsePlan } from './parse-plan.js';

function refusal(text: string, json = false): { code: string; faults: readonly PlacedFault[] } {
  try {
    parsePlan(text, { path: json ? 'plan.json' : 'plan.yml', json });
  } catch (fault) {
    if (fault instanceof InputError) return { code: fault.code, faults: fault.faults };
    throw fault;
  }
  throw new RangeError('it was accepted');
}

describe('parsePlan', () => {
  it('reads YAML and JSON alike', () => {
    const value = { tenant_id: 'acme', operations: [{ id: 'tag' }] };
    const yaml = parsePlan('tenant_id: acme\noperations:\n  - id: tag\n', { path: 'p.yml', json: false });
    const json = parsePlan(JSON.stringify(value), { path: 'p.json', json: true });
    expect(yaml.value).toEqual(value);
    expect(json.value).toEqual(value);
  });

  it.each([
    ['a duplicate key', 'a: 1\nb: 2\na: 3\n', { line: 3, column: 1 }],
    ['a duplicate key in a flow', 'x: {a: 1, a: 2}\n', { line: 1, column: 11 }],
    ['an unclosed bracket', 'a: [1, 2\n', { line: 2, column: 1 }],
    ['a tab as indentation', 'a:\n\tb: 1\n', { line: 2, column: 1 }],
    ['a second document', 'a: 1\n---\nb: 2\n', { line: 2, column: 1 }],
    ['a tag', 'a: !!js/function x\n', { line: 1, column: 4 }],
    ['an alias to nothing', 'a: *nobody\n', { line: 1, column: 4 }],
    ['a key that is a list', '? [1]\n: 2\n', { line: 1, column: 3 }],
    ['what JSON cannot say', 'a: 1\nb: .nan\n', { line: 2, column: 1 }],
    ['__proto__', 'a: 1\n__proto__: {x: 1}\n', { line: 2, column: 1 }],
  ])('refuses %s and says where', (_what, text, place) => {
    const { code, faults } = refusal(text);
    expect(code).toBe('request_malformed');
    expect(faults[0]).toMatchObject(place);
  });

  it.each([
    ['a trailing comma', '{"a": 1,}', { line: 1, column: 9 }],
    ['an unquoted key', '{a: 1}', { line: 1, column: 2 }],
    ['a comment', '{\n  "a": 1 # one\n}', { line: 2, column: 10 }],
    ['a duplicate key', '{\n "a": 1,\n "a": 2\n}', { line: 3, column: 2 }],
    ['nothing', '', {}],
    ['prose', 'release it, please', {}],
  ])('holds a .json file to JSON: %s', (_what, text, place) => {
    const { code, faults } = refusal(text, true);
    expect(code).toBe('request_malformed');
    expect(faults[0]).toMatchObject(place);
  });

  it.each([
    ['brackets', '['.repeat(1_000_000)],
    ['braces', '{a: '.repeat(200_000)],
    ['list indicators', '- '.repeat(500_000)],
    ['key indicators', '? '.repeat(500_000)],
    ['indentation', Array.from({ length: 1_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
  ])('refuses a megabyte of nested %s at once', (_what, text) => {
    const started = performance.now();
    expect(refusal(text).faults[0]?.message).toBe('is nested too deeply');
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('refuses aliases that unfold without end', () => {
    const lines = [
      'a: &a [x, x]',
      ...'bcdefghij'.split('').map((name, at) => {
        const before = String.fromCharCode('a'.charCodeAt(0) + at);
        return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`;
      }),
    ];
    expect(refusal(lines.join('\n')).code).toBe('request_malformed');
  });

  it('tells every fault, not only the first', () => {
    expect(refusal('a: 1\na: 2\nb: 1\nb: 2\n').faults).toHaveLength(2);
  });
});
