import { Worker } from 'node:worker_threads';

/**
 * Ends this process when it has not turned its event loop for a while: an input that never comes back cannot be timed by
 * the thread that it holds. Says which door and seed it was.
 */
export function guardHangs(limitMs: number): { at(what: string): void; stop(): Promise<unknown> } {
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     const { writeSync } = require('node:fs');
     let last = Date.now(), what = '';
     parentPort.on('message', (said) => { last = Date.now(); if (said !== '') what = said; });
     setInterval(() => {
       if (Date.now() - last < workerData) return;
       writeSync(2, 'HANGS   ' + what + ': no turn of the event loop within ' + workerData + ' ms\\n');
       process.kill(process.pid, 'SIGKILL');
     }, 200);`,
    { eval: true, workerData: limitMs },
  );
  worker.unref();
  const beat = setInterval(() => worker.postMessage(''), 200).unref();
  return {
    at: (what) => worker.postMessage(what),
    stop: () => {
      clearInterval(beat);
      return worker.terminate();
    },
  };
}
