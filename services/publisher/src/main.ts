import { runService } from '@marketops/engine';
import { startPublisher } from './start.js';

await runService('publisher', (engine) => startPublisher(engine));
