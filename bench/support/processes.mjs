// Processes of a run. They end with it: also after an error, Ctrl-C, or when the terminal is closed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pinned } from './cores.mjs';

const running = new Set();

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** Ends a child process when this one ends, in whatever way but SIGKILL. */
export function endsWithRun(child) {
  running.add(child);
  return child.once('exit', () => running.delete(child));
}

/** How many files (and so sockets) one process may open here, once it has raised its limit. */
export async function mostOpenFiles() {
  const shell = spawn('sh', ['-c', 'ulimit -Hn'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [text] = await once(shell.stdout.setEncoding('utf8'), 'data');
  return text.trim() === 'unlimited' ? Infinity : Number(text);
}

/**
 * A Node process that answers questions (see `answering`), with as many open files as the machine allows.
 * `core` pins it there. `ask(what, …)` rejects when the process has ended or the answer is an error.
 */
export function startAnswering(file, args = [], options = {}) {
  const { nodeOptions = [], hears = false, core, env } = options;
  const command = pinned(core, [process.execPath, ...nodeOptions, file, ...args].map(String));
  const script = 'ulimit -n "$(ulimit -Hn)" 2>/dev/null; exec "$@"';
  const output = hears ? 'inherit' : 'ignore';
  const stdio = ['ignore', output, output, 'ipc'];
  const child = endsWithRun(spawn('sh', ['-c', script, 'sh', ...command], { stdio, env }));
  const waiting = new Map();
  let questions = 0;
  child.on('message', ({ id, answer, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(answer);
    else reject(new Error(`${file}: ${error}`));
  });
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended (${signal ?? code})`));
  });
  return {
    ask: (what, ...given) =>
      new Promise((resolve, reject) => {
        waiting.set((questions += 1), { resolve, reject });
        child.send({ id: questions, what, given }, (error) => error && reject(error));
      }),
    async stop() {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended;
    },
  };
}

/** The other side of `startAnswering`: each question calls the function of its name. */
export function answering(answers) {
  process.on('message', async ({ id, what, given }) => {
    try {
      process.send({ id, answer: await answers[what](...given) });
    } catch (error) {
      process.send({ id, error: error instanceof Error ? error.stack : String(error) });
    }
  });
  // Who asked is gone.
  process.on('disconnect', () => process.exit(0));
}
