import { connect } from 'node:net';

/** A request as bytes: nothing is checked or put right on its way. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  /** Names may come twice; texts are sent as UTF-8. */
  readonly headers: readonly (readonly [string, string | Buffer])[];
  readonly body?: Buffer;
}

/** An answer, read until the server closed. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Header and body as text. */
  readonly whole: string;
  readonly body: string;
}

const CRLF = '\r\n';

/** The request on the wire; the length of the body is added unless a header says how it ends. */
export function toBytes({ method, target, headers, body }: RawRequest): Buffer {
  const framed = headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
  const all: RawRequest['headers'] = [
    ['Host', 'auth.test'],
    ['Connection', 'close'],
    ...headers,
    ...(framed || body === undefined ? [] : [['Content-Length', String(body.length)] as const]),
  ];
  const lines = all.map(([name, value]) =>
    Buffer.concat([Buffer.from(`${name}: `), Buffer.from(value), Buffer.from(CRLF)]),
  );
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1${CRLF}`),
    ...lines,
    Buffer.from(CRLF),
    body ?? Buffer.alloc(0),
  ]);
}

/**
 * Sends bytes and reads the answer.
 * @throws Error when the server closes without an answer, or has none by the deadline
 */
export function exchange(url: string, bytes: Buffer, deadlineMs: number): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((done, failed) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const chunks: Buffer[] = [];
    const fail = (why: string): void => {
      clearTimeout(alarm);
      socket.destroy();
      failed(new Error(why));
    };
    const alarm = setTimeout(() => fail(`no answer within ${deadlineMs} ms`), deadlineMs);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A server that refuses a body it hasn't read resets the connection after its answer.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(alarm);
      const answer = parseAnswer(Buffer.concat(chunks).toString('utf8'));
      if (answer === undefined) fail('the connection was closed without an answer');
      else done(answer);
    });
  });
}

function parseAnswer(text: string): RawAnswer | undefined {
  const whole = text.replace(/^(?:HTTP\/1\.1 1\d\d [^\r]*\r\n(?:[^\r]+\r\n)*\r\n)+/, '');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(whole)?.[1];
  if (status === undefined) return undefined;
  const [head = '', ...rest] = whole.split(CRLF + CRLF);
  const headers = head
    .split(CRLF)
    .slice(1)
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
  return { status: Number(status), headers: new Map(headers), whole, body: rest.join(CRLF + CRLF) };
}
