import { Fault } from '@marketops/contracts';

/** Planning could not go on. Faults of the request itself are `InputError`s, faults of GitHub keep their own class. */
export class PlannerError extends Fault<'discovery_failed' | 'plan_missing' | 'run_unknown'> {}
