import { z } from 'zod';

/** The twelve checks of the gate, in the order they are asked. The name stands in events, timelines and errors. */
export const gateChecks = [
  'mode',
  'presence',
  'signatures',
  'enforceable',
  'audience',
  'run_binding',
  'kind_binding',
  'operation_binding',
  'unconsumed',
  'unexpired',
  'fresh',
  'acknowledged',
] as const;
export const GateCheck = z.enum(gateChecks);
export type GateCheck = z.infer<typeof GateCheck>;
/** Its number as people say it: 1–12. */
export const gateCheckNumber = (check: GateCheck): number => gateChecks.indexOf(check) + 1;
