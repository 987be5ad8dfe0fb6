/** CPU that this process has used so far, in milliseconds: on a machine that does other things too, it tells more than a clock. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
