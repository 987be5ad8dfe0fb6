import { describe, expect, it } from 'vitest';
import { OperatorError } from '../errors.js';
import { parseTime, parseUntil } from './moment.js';

const nowMs = Date.parse('2026-03-10T12:00:00.000Z');
const time = (text: string) => parseTime('--since', text, nowMs);

describe('a time as it was typed', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T12:34Z', '2026-01-31T12:34:00.000Z'],
    ['2026-01-31T12:34:56.789Z', '2026-01-31T12:34:56.789Z'],
    ['90s', '2026-03-10T11:58:30.000Z'],
    ['2h', '2026-03-10T10:00:00.000Z'],
    ['1w', '2026-03-03T12:00:00.000Z'],
  ])('given %s, then it is %s', (text, expected) => expect(time(text)).toBe(expected));

  it.each([
    '',
    'yesterday',
    '2h30m',
    '2026-02-31',
    '2026-13-01',
    '2026-01-31T12:34',
    '-1h',
    '1e3s',
    '999999999w',
  ])('given %j, then it is refused', (text) => expect(() => time(text)).toThrow(OperatorError));

  it('given only digits, then --until is an entry of the ledger', () => {
    expect(parseUntil('4711', nowMs)).toEqual({ by: 'sequence', sequence: 4_711 });
    expect(parseUntil('2h', nowMs)).toEqual({ by: 'time', time: '2026-03-10T10:00:00.000Z' });
    expect(() => parseUntil('0', nowMs)).toThrow('--until is no entry');
    expect(() => parseUntil('9'.repeat(20), nowMs)).toThrow('--until is no entry');
  });
});
