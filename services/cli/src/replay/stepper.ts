import { createInterface } from 'node:readline';
import { CliError } from '../errors.js';

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Lets one step through per Enter. */
export interface Stepper {
  /** @returns false where whoever sits there has had enough (`q`, or the end of input) */
  next(): Promise<boolean>;
  close(): void;
}

/** @throws CliError `terminal_needed` where there is nobody to press Enter */
export function openStepper(
  signal: AbortSignal,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Stepper {
  if (input.isTTY !== true || output.isTTY !== true)
    throw new CliError('terminal_needed', '--step waits for Enter, and this is no terminal', {
      next: 'Run it in a terminal, or leave --step out.',
    });
  const lines = createInterface({ input, output });
  const heard = lines[Symbol.asyncIterator]();
  const stop = () => lines.close();
  signal.addEventListener('abort', stop, { once: true });
  return {
    async next() {
      output.write('Enter for the next step, q to end ');
      const line = await heard.next();
      signal.throwIfAborted();
      return line.done !== true && line.value.trim().toLowerCase() !== 'q';
    },
    close() {
      signal.removeEventListener('abort', stop);
      lines.close();
    },
  };
}
