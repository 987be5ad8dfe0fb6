/** The services in the order they start; they stop in the reverse. The ledger opens the partitions, so it is first. */
export const serviceNames = ['ledger', 'planner', 'federation', 'publisher'] as const;
/** With the console in the browser and the HTTP API, which people start for themselves: everything else goes on without it. */
export const allServices = [...serviceNames, 'console'] as const;
export type ServiceName = (typeof allServices)[number];

/** A process of the system: a service, a further one of its kind (`publisher-2`), or the simulated GitHub. */
export type ProcessName = ServiceName | `${ServiceName}-${number}` | 'github';

/** Each service once, or as often as it is named: `publisher`, then `publisher-2`. */
export function instanceNames(
  services: readonly ServiceName[],
): { name: ProcessName; service: ServiceName }[] {
  const counts = new Map<ServiceName, number>();
  const instances = services.map((service) => {
    const count = (counts.get(service) ?? 0) + 1;
    counts.set(service, count);
    return { service, name: count === 1 ? service : (`${service}-${count}` as const) };
  });
  return instances.sort((a, b) => allServices.indexOf(a.service) - allServices.indexOf(b.service));
}
