import type { Output } from '../output.js';

/** A heading with air above it. */
export function section(output: Output, title: string): void {
  output.line();
  output.line(output.paint.bold(output.paint.cyan(title)));
}
