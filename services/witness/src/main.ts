import { Fault } from '@marketops/contracts';
import { startWitness } from './start.js';

/** One line of JSON for whatever happens: the first says where it listens, and with what key it signs. */
const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
};
const reasonOf = (fault: unknown): object =>
  fault instanceof Fault
    ? { code: fault.code, message: fault.message, next: fault.next }
    : { message: fault instanceof Error ? fault.message : String(fault) };

const given = process.argv.slice(2);
const isNew = given.includes('--new');
const [configPath = 'witness.json'] = given.filter((one) => one !== '--new');

try {
  const witness = await startWitness(configPath, {
    isNew,
    onFault: (fault) => say({ event: 'fault', ...reasonOf(fault) }),
    onRefused: ({ checkpoint, oldSize }, { status, why }) =>
      say({ event: 'refused', status, why, old_size: oldSize, ...checkpoint }),
  });
  const { url, name, verifierKey } = witness;
  say({ event: 'listening', url, name, verifier_key: verifierKey });
  const stop = (): void => void witness.close();
  process.once('SIGTERM', stop).once('SIGINT', stop);
} catch (fault) {
  say({ event: 'not_started', ...reasonOf(fault) });
  process.exitCode = 1;
}
