export type { Discovery, RepositoryFacts } from './ports/discovery.js';
export { type PlannerPorts, startPlanner } from './start.js';
