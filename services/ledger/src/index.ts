export * from './errors.js';
export { type LedgerOptions, type RunningLedger, startLedger } from './start.js';
export { defaultTuning, type LedgerTuning } from './tuning.js';
