import { Actor } from '@marketops/contracts';
import { type Engine, runService } from '@marketops/engine';
import { startFederation } from '@marketops/federation';
import { startLedger } from '@marketops/ledger';
import { startPlanner } from '@marketops/planner';
import { startPublisher } from '@marketops/publisher';
import { stubDiscovery } from './stub-discovery.js';
import { stubGitHub } from './stub-github.js';

/** A real service as a process of its own; only GitHub is a stub, in the process, without latency. */
const starts: Readonly<Partial<Record<Actor, (engine: Engine) => unknown>>> = {
  planner: (engine) => startPlanner(engine, { discovery: stubDiscovery }),
  federation: (engine) => startFederation(engine),
  publisher: (engine) => startPublisher(engine, { github: () => stubGitHub() }),
  ledger: (engine) => startLedger(engine),
};

const actor = Actor.parse(process.argv[2]);
await runService(actor, async (engine) => {
  await starts[actor]?.(engine);
});
