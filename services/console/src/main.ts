import { runService } from '@marketops/engine';
import { startConsole } from './start.js';

await runService('console', async (engine) => {
  const { url } = await startConsole(engine);
  engine.log.info({ url }, 'the console listens');
});
