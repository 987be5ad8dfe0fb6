import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** How long an orphan may take to end by itself; a service without its Redis may not manage to. */
const graceSecondsDefault = 10;

/** Waits for the end of its standard input; then asks the process to end, and ends it when it has not in time. */
const script = `
read -r _
kill -TERM "$1" 2>/dev/null || exit 0
i=0
while [ $i -lt "$2" ]; do
  sleep 1
  kill -0 "$1" 2>/dev/null || exit 0
  i=$((i + 1))
done
kill -KILL "$1"
`;

/**
 * Ends the process `pid` when this process dies, however it dies: a shell waits on a pipe that only this process holds
 * open, and the kernel closes the pipe with its holder. Works on Linux and macOS, even after SIGKILL. What has not ended
 * `graceSeconds` (whole ones) after SIGTERM gets SIGKILL.
 *
 * Disarm it as soon as `pid` has exited: from then on the number may belong to someone else.
 */
export function armWatchdog(pid: number, graceSeconds = graceSecondsDefault): { disarm(): void } {
  const args = ['-c', script, 'marketops-watchdog', String(pid), String(graceSeconds)];
  const shell = spawn('/bin/sh', args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A session of its own, so that Ctrl-C at the terminal does not reach it.
    detached: true,
    // `sleep` is a program.
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
  });
  // Neither the shell nor its pipe may keep this process alive; a failed spawn only loses the guard.
  shell.on('error', () => undefined);
  shell.unref();
  const pipe = shell.stdin as Socket;
  pipe.on('error', () => undefined);
  pipe.unref();
  return { disarm: () => void shell.kill('SIGKILL') };
}
