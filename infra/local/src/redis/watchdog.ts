import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Ends the process `pid` when this process dies, however it dies: a shell waits on a pipe that only this process
 * holds open, and the kernel closes the pipe with its holder. Works on Linux and macOS, even after SIGKILL.
 *
 * Disarm it as soon as `pid` has exited: from then on the number may belong to someone else.
 */
export function armWatchdog(pid: number): { disarm(): void } {
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -TERM "$1"', 'marketops-watchdog', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A session of its own, so that Ctrl-C at the terminal does not reach it.
    detached: true,
    env: {},
  });
  // Neither the shell nor its pipe may keep this process alive; a failed spawn only loses the guard.
  shell.on('error', () => {});
  shell.unref();
  const pipe = shell.stdin as Socket;
  pipe.on('error', () => {});
  pipe.unref();
  return {
    disarm: () => {
      shell.kill('SIGKILL');
    },
  };
}
