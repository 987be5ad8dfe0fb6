import { OperationId } from '@marketops/contracts';
import { expect, it } from 'vitest';
import { parseCursor, parsed, parseReason, parseReceiptId, parseRunId } from './arguments.js';
import { OperatorError } from './errors.js';

const run = `run_${'0'.repeat(26)}`;
const receipt = `rcp_${'0'.repeat(26)}`;

/** What is told of an argument that is refused. */
function refusal(parse: () => unknown): Pick<OperatorError, 'code' | 'message' | 'next'> {
  try {
    parse();
  } catch (fault) {
    if (fault instanceof OperatorError) return fault;
    throw fault;
  }
  throw new RangeError('it was accepted');
}

it('given what its contract accepts, then it is taken as it is', () => {
  expect([parseRunId(run), parseReceiptId(receipt), parseCursor(run), parseCursor(receipt)]).toEqual([
    ...[run, receipt, run, receipt],
  ]);
  expect(parsed(OperationId, '--operation', 'release')).toBe('release');
});

it('given a reason, then it is taken without the space around it', () => {
  expect(parseReason(' the wrong tag\n')).toBe('the wrong tag');
});

it.each<[string, string, () => unknown]>([
  ['a run id', 'the run must be a run id', () => parseRunId('../../etc/passwd')],
  ['a run id in capitals', 'the run must be a run id', () => parseRunId(run.toUpperCase())],
  ['a receipt id', 'the receipt must be a receipt id', () => parseReceiptId(run)],
  ['a cursor', '--after must be a receipt id or run id', () => parseCursor(`${run}0`)],
  ['a blank reason', '--reason must be 1 to 500 characters', () => parseReason(' ')],
  ['a long reason', '--reason must be 1 to 500 characters', () => parseReason('x'.repeat(501))],
  ['a reason that reads backwards', '--reason must have no control', () => parseReason('fine \u202e')],
  ['another argument', '--operation must be 1–64', () => parsed(OperationId, '--operation', 'A b')],
])(
  'given %s that is none, then usage_invalid names the argument and says what to do',
  (_what, said, parse) => {
    const { code, message, next } = refusal(parse);
    expect(code).toBe('usage_invalid');
    expect(message).toContain(said);
    expect(next).not.toBe('');
  },
);
