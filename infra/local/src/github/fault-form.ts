import {
  type JsonObject,
  optionalChoice,
  optionalNumber,
  optionalString,
  requireKeys,
  toObject,
} from './body.js';
import { type FaultSwitch, faultKinds } from './faults.js';
import { Problem } from './problem.js';

const keys = [
  ...['kind', 'method', 'path_pattern', 'count', 'probability', 'delay_ms', 'retry_after_s', 'location'],
];

/** Only what is there; `undefined` values would not be a FaultSwitch. */
function present<Value>(name: string, value: Value | undefined): Record<string, Value> {
  return value === undefined ? {} : { [name]: value };
}

function parseFault(fields: JsonObject): FaultSwitch {
  requireKeys(fields, keys);
  const kind = optionalChoice(fields, 'kind', faultKinds);
  if (kind === undefined) throw new Problem(400, `A fault has a kind: ${faultKinds.join(', ')}.`);
  return {
    kind,
    ...present('method', optionalString(fields, 'method')),
    ...present('path_pattern', optionalString(fields, 'path_pattern')),
    ...present('count', optionalNumber(fields, 'count')),
    ...present('probability', optionalNumber(fields, 'probability')),
    ...present('delay_ms', optionalNumber(fields, 'delay_ms')),
    ...present('retry_after_s', optionalNumber(fields, 'retry_after_s')),
    ...present('location', optionalString(fields, 'location')),
  };
}

/** The body of POST /_sim/faults. Throws a Problem that names what is wrong. */
export function parseFaults(body: unknown): { faults: FaultSwitch[]; seed: number | undefined } {
  const fields = toObject(body);
  requireKeys(fields, ['faults', 'seed']);
  const faults = fields['faults'];
  if (!Array.isArray(faults)) throw new Problem(400, '"faults" should be a list of fault switches');
  return { faults: faults.map((one) => parseFault(toObject(one))), seed: optionalNumber(fields, 'seed') };
}
