import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.js';
import { root } from './example-process.js';

const BLOCK = /^```sh\n([\s\S]*?)^```$/gm;

/** One line of a page: what to paste, and what its comment says is in the answer. */
interface Line {
  readonly command: string;
  readonly expected: readonly string[];
}

/** The lines of the last block of a page for the shell: those before it install and start. */
function linesOf(page: string): readonly Line[] {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(BLOCK)];
  const lines = blocks.at(-1)?.[1]?.trim().split('\n') ?? [];
  return lines.map((line) => {
    const [, command = '', expected] = /^(.*?)(?: # (.*))?$/.exec(line) ?? [];
    return { command, expected: expected?.split(', ') ?? [] };
  });
}

interface Where {
  readonly ports: Readonly<Record<number, number>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A shell in which the lines of a page are pasted one after the other, with the ports of this test in the place of its own. */
export class ReadmeShell {
  private output = '';
  private pasted = 0;

  private constructor(
    private readonly shell: ChildProcessWithoutNullStreams,
    private readonly ports: Readonly<Record<number, number>>,
  ) {
    for (const stream of [shell.stdout, shell.stderr])
      stream.on('data', (chunk: Buffer) => (this.output += String(chunk)));
  }

  /**
   * Pastes the page of an example, and expects what its comments say.
   * @param where the ports of this test, by those of the page, and what else is in the environment
   * @param afterLine what somebody who pastes it would see to before the next line
   */
  static async follow(
    example: string,
    { ports, env = {} }: Where,
    afterLine?: (line: Line, shell: ReadmeShell) => Promise<void>,
  ): Promise<void> {
    const bash = spawn('bash', [], { cwd: root, env: { PATH: process.env['PATH'], ...env } });
    const shell = new ReadmeShell(bash, ports);
    try {
      const lines = linesOf(`examples/${example}/README.md`);
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines) {
        const { command } = line;
        const said = await shell.paste(line);
        for (const word of line.expected)
          expect({ command, said }).toEqual({ command, said: expect.stringContaining(word) });
        await afterLine?.(line, shell);
      }
    } finally {
      bash.stdin.end('kill $(jobs -p) 2> /dev/null\n');
    }
  }

  /** All that was said, by what runs in the background as well. */
  heard(): string {
    return this.output;
  }

  /** Pastes a line. @returns what was said until it was done, with the status of an answer to curl */
  private async paste({ command }: Line): Promise<string> {
    const from = this.output.length;
    const end = `--- ${++this.pasted} is done`;
    const line = command
      .replace(/^curl /, String.raw`curl -w ' %{http_code}\n' `)
      .replace(/localhost:(\d+)/g, (_all, port: string) => `localhost:${this.ports[Number(port)]}`);
    this.shell.stdin.write(`${line}\necho '${end}'\n`);
    await until(`the shell is done with: ${line}`, () => this.output.includes(end));
    return this.output.slice(from);
  }
}
