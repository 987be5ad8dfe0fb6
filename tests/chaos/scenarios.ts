import type { System } from '@marketops/cli';

/** A switch of the simulated GitHub, as `POST /_sim/faults` takes it. */
interface Fault {
  readonly kind: string;
  readonly probability: number;
  readonly retry_after_s?: number;
  readonly delay_ms?: number;
}

/** What is done to the system while a batch of runs goes through it. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  readonly faults?: readonly Fault[];
  /** Called once, when about a third of the batch has been planned. */
  readonly disturb?: (system: System) => Promise<void>;
}

type Service = 'planner' | 'federation' | 'publisher' | 'ledger';

/** A crash and a start again, as a supervisor would do it. */
const crash =
  (...services: readonly Service[]) =>
  async (system: System): Promise<void> => {
    for (const service of services) await system.kill(service);
    for (const service of services) await system.restart(service);
  };

const kills = (['planner', 'federation', 'publisher', 'ledger'] as const).map(
  (service): Scenario => ({
    name: `kill-${service}`,
    what: `SIGKILL of the ${service}, and a restart`,
    disturb: crash(service),
  }),
);

/** Every scenario by the name that `--only` takes. */
export const scenarios: readonly Scenario[] = [
  { name: 'calm', what: 'nothing goes wrong' },
  ...kills,
  {
    name: 'kill-everything',
    what: 'SIGKILL of all four, and a restart',
    disturb: crash('ledger', 'planner', 'federation', 'publisher'),
  },
  {
    name: 'reset-before',
    what: 'one write in five is cut off before GitHub commits it',
    faults: [{ kind: 'reset_before', probability: 0.2 }],
  },
  {
    name: 'reset-after',
    what: 'one write in five is committed and its answer lost',
    faults: [{ kind: 'reset_after', probability: 0.2 }],
  },
  {
    name: 'bad-gateway-after',
    what: 'one write in five is committed and answered with 502',
    faults: [{ kind: 'bad_gateway_after', probability: 0.2 }],
  },
  {
    name: 'rate-limits',
    what: 'one write in fifty meets a 403 or 429 with its headers',
    faults: [
      { kind: 'rate_limited_403', probability: 0.02, retry_after_s: 1 },
      { kind: 'secondary_429', probability: 0.02, retry_after_s: 1 },
    ],
  },
  {
    name: 'kill-publisher-and-faults',
    what: 'SIGKILL of the publisher while answers are lost',
    faults: [
      { kind: 'reset_after', probability: 0.1 },
      { kind: 'bad_gateway_after', probability: 0.1 },
    ],
    disturb: crash('publisher'),
  },
];
