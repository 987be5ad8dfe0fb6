import {
  type JsonObject,
  optionalBoolean,
  optionalChoice,
  optionalNumber,
  optionalString,
  requireKeys,
  toObject,
} from '../body.js';
import { Problem } from '../problem.js';
import { type FaultSwitch, faultKinds } from './faults.js';

const texts = ['method', 'path_pattern', 'location'] as const;
const numbers = [
  ...(['count', 'nth', 'probability', 'delay_ms', 'retry_after_s'] as const),
  ...(['chunk_bytes', 'kept_bytes', 'lag_ms', 'lag_requests'] as const),
] as const;

/** Only what is there; `undefined` values would not be a FaultSwitch. */
function present<Value>(name: string, value: Value | undefined): Record<string, Value> {
  return value === undefined ? {} : { [name]: value };
}

function parseFault(fields: JsonObject): FaultSwitch {
  requireKeys(fields, ['kind', ...texts, ...numbers]);
  const kind = optionalChoice(fields, 'kind', faultKinds);
  if (kind === undefined) throw new Problem(400, `A fault has a kind: ${faultKinds.join(', ')}.`);
  const options = [
    ...texts.map((name) => present(name, optionalString(fields, name))),
    ...numbers.map((name) => present(name, optionalNumber(fields, name))),
  ];
  return Object.assign({ kind }, ...options) as FaultSwitch;
}

/** The body of POST /_sim/faults. Throws a Problem that names what is wrong. */
export function parseFaults(body: unknown): {
  readonly faults: readonly FaultSwitch[];
  readonly seed: number | undefined;
  /** Whether those armed already stay. */
  readonly keep: boolean;
} {
  const fields = toObject(body);
  requireKeys(fields, ['faults', 'seed', 'keep']);
  const faults = fields['faults'];
  if (!Array.isArray(faults)) throw new Problem(400, '"faults" should be a list of fault switches');
  return {
    faults: faults.map((one) => parseFault(toObject(one))),
    seed: optionalNumber(fields, 'seed'),
    keep: optionalBoolean(fields, 'keep') ?? false,
  };
}
