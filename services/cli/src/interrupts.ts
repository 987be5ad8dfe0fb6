export const interruptedExitCode = 130;

/** Ctrl-C: the reason of the signal that everything waits with. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** One Ctrl-C may come twice: from the terminal to the whole process group, and again from npm or a shell in between. */
const sameInterruptMs = 1_000;

/** Ctrl-C as an AbortSignal. The first asks everybody to finish in order; a later one ends this process at once. */
export function listenForInterrupts(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  let firstAtMs = 0;
  const interrupt = () => {
    if (!controller.signal.aborted) {
      firstAtMs = performance.now();
      controller.abort(new Interrupted());
    } else if (performance.now() - firstAtMs > sameInterruptMs) {
      // Whatever we started has a watchdog, which ends it when we are gone.
      process.exit(interruptedExitCode);
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    stop: () => {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
