import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { codeBlocks } from './code-block.js';

const END = '-- end of the answer --';

/** A line of a page that calls an app, and what the page says of the answer. */
export interface CurlLine {
  readonly command: string;
  /** The status in its comment; where it has none, any that isn't a refusal. */
  readonly status: number | undefined;
}

/** The curl lines of a page, in its order. */
export function curlLines(page: string): CurlLine[] {
  return codeBlocks(page, 'sh').flatMap(({ text }) =>
    text
      .replaceAll(/\\\n\s*/g, '')
      // What follows in a line of its own says it as well.
      .replaceAll(/\n# /g, ' # ')
      .split('\n')
      .filter((line) => line.startsWith('curl '))
      .map((line) => {
        const [command = '', comment = ''] = line.split(/\s+# /, 2);
        const [status] = /\b[1-5]\d\d\b/.exec(comment) ?? [];
        return { command, status: status === undefined ? undefined : Number(status) };
      }),
  );
}

/** A shell into which a reader pastes the lines; the tokens that they answer are at hand by the names of the pages. */
export class Shell {
  // One for all lines: starting a process takes a test of some size longer than the request does.
  private readonly bash = spawn('bash', ['-s'], { stdio: ['pipe', 'pipe', 'inherit'] });
  private readonly lines = createInterface({ input: this.bash.stdout })[Symbol.asyncIterator]();

  /** @param hosts where `localhost:3000` and its like really are */
  constructor(
    private readonly hosts: Readonly<Record<string, string>>,
    variables: Readonly<Record<string, string>> = {},
  ) {
    for (const [name, value] of Object.entries(variables)) this.set(name, value);
  }

  /** What is wrong with the answers. */
  async complaints(lines: readonly CurlLine[]): Promise<string[]> {
    const complaints = [];
    for (const line of lines) complaints.push(await this.complaint(line));
    return complaints.filter((complaint) => complaint !== undefined);
  }

  private async complaint({ command, status }: CurlLine): Promise<string | undefined> {
    const [answered, text] = await this.paste(command);
    const isFine = status === undefined ? answered >= 200 && answered < 300 : answered === status;
    return isFine ? undefined : `${command}\n  ${answered}: ${text}`;
  }

  close(): void {
    this.bash.stdin.end();
  }

  private async paste(command: string): Promise<[status: number, text: string]> {
    const placed = Object.entries(this.hosts).reduce(
      (line, [host, url]) => line.replaceAll(host, url.replace('http://', '')),
      command,
    );
    this.bash.stdin.write(`${placed} --silent --write-out '\\n%{http_code}\\n${END}\\n'\n`);
    const answer: string[] = [];
    for (let line = await this.next(); line !== END; line = await this.next()) answer.push(line);
    const status = Number(answer.pop());
    const text = answer.join('\n');
    for (const [, name = '', value = ''] of text.matchAll(
      /"(access_token|refresh_token|device_code)":"([^"]+)"/g,
    ))
      this.set(name === 'device_code' ? 'CODE' : name.toUpperCase(), value);
    return [status, text];
  }

  private set(name: string, value: string): void {
    this.bash.stdin.write(`${name}='${value}'\n`);
  }

  private async next(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done === true) throw new Error('the shell has ended');
    return value;
  }
}
