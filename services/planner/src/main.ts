import { runService } from '@marketops/engine';
import { startPlanner } from './start.js';

await runService('planner', (engine) => startPlanner(engine));
