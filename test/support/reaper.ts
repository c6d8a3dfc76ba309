import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Remembers the last line it read; when its standard input closes, kills those processes and removes the folder.
const SCRIPT =
  'while read -r line; do pids=$line; done; [ -n "$pids" ] && kill -9 $pids 2>/dev/null; rm -rf "$0"';

interface Reaper {
  readonly folder: string;
  readonly shell: ChildProcess;
}

const pids = new Set<number>();
let reaper: Reaper | undefined;

/**
 * The temporary folder of this test process. It belongs to a small shell that outlives us, however we end (crash and
 * SIGKILL included), and then kills what we left and removes the folder. Jest runs no 'exit' handlers for us.
 */
export function temporaryFolder(): string {
  reaper ??= startReaper();
  return reaper.folder;
}

/** Has the process killed when this one ends. */
export function reap(pid: number): void {
  pids.add(pid);
  tell();
}

/** Forgets a process that is gone. */
export function unreap(pid: number): void {
  pids.delete(pid);
  tell();
}

/** Ends the shell, and with it the folder, once no process is left. */
export function dismissReaper(): void {
  if (pids.size > 0) return;
  reaper?.shell.stdin?.end();
  reaper = undefined;
}

function tell(): void {
  reaper?.shell.stdin?.write(`${[...pids].join(' ')}\n`);
}

function startReaper(): Reaper {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  // Detached: Ctrl-C reaches the foreground group, and the shell must survive it.
  const shell = spawn('/bin/sh', ['-c', SCRIPT, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.stdin.on('error', () => {});
  (shell.stdin as Socket).unref();
  shell.unref();
  return { folder, shell };
}
