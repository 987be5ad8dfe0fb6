import { Fault } from '@marketops/contracts';
import { Violation } from './door.js';

/** A refusal that names itself and says what to do. @throws Violation for anything else */
function expectTyped(thrown: unknown): void {
  if (thrown instanceof Violation) throw thrown;
  if (!(thrown instanceof Fault))
    throw new Violation(`not a typed fault: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
  if (!/^[a-z][a-z0-9_]*$/.test(thrown.code)) throw new Violation(`a code that is none: ${thrown.code}`);
  if (thrown.next.trim() === '') throw new Violation(`${thrown.code} does not say what to do`);
}

/** Does it, and answers what came of it; undefined where it was refused as it should be. */
export async function typed<Value>(act: () => Value | Promise<Value>): Promise<Value | undefined> {
  try {
    return await act();
  } catch (thrown) {
    expectTyped(thrown);
    return undefined;
  }
}
