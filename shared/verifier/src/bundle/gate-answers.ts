import { type GateCheck, gateChecks } from '@marketops/contracts';
import { type Members, membersOf, textOf } from '../meaning/record.js';

type Answer = 'pass' | 'hold' | 'refuse' | 'unasked';

export interface GateAnswer {
  readonly number: number;
  readonly check: GateCheck;
  readonly answer: Answer;
}

const last: Readonly<Record<string, Answer>> = {
  'operation.started': 'pass',
  'operation.resumed': 'pass',
  'operation.held': 'hold',
  'operation.refused': 'refuse',
};

/**
 * What the publisher says of the twelve checks by saying this: a start, that all passed; a hold or a refusal, that those before
 * the one named did, and that those behind it were not asked.
 * @returns undefined for an event that is not the gate's
 */
export function gateAnswers(type: string, data: Members): GateAnswer[] | undefined {
  const said = Object.hasOwn(last, type) ? last[type] : undefined;
  if (said === undefined) return undefined;
  const named = gateChecks.indexOf(data['check'] as GateCheck);
  const stops = said === 'pass' ? gateChecks.length : named;
  return gateChecks.map((check, at) => ({
    ...{ number: at + 1, check },
    answer: at < stops ? 'pass' : at === stops ? said : 'unasked',
  }));
}

/** The receipt that was presented: where it is not in the event itself, it is in its audit record. */
export const presentedReceipt = (data: Members): unknown =>
  data['receipt_id'] ?? membersOf(data['audit'])['receipt_id'] ?? null;

/** The operation of a stream `op/<run>/<operation>`. */
export const operationOf = (stream: string): string => textOf(stream.split('/')[2]);
