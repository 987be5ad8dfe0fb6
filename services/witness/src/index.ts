export * from './errors.js';
export { type RunningWitness, startWitness } from './start.js';
