/** The planner's deciders, and nothing that reads or writes: a replay decides again with them. */
export { decideRedrive } from '../decide-redrive.js';
export { decideRun, type RunView } from '../decide-run.js';
export { openOrder, redriveFault } from '../redrive-order.js';
export type { Planned } from '../stages/5-plan.js';
export { seal } from '../stages/7-seal.js';
