import { runService } from '@marketops/engine';
import { startLedger } from './start.js';

await runService('ledger', async (engine) => {
  await startLedger(engine);
});
