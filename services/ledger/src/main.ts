import { fromEnvironment, runService } from '@marketops/engine';
import { serveLedger } from './writers/serve.js';

// For a command that starts a ledger for a moment, where none runs.
const standby = fromEnvironment(process.env, 'MARKETOPS_STANDBY') === 'refuse' ? 'refuse' : 'wait';
await runService('ledger', (engine) => serveLedger(engine, { standby }));
