import { runService } from '@marketops/engine';
import { startFederation } from './start.js';

await runService('federation', (engine) => startFederation(engine));
