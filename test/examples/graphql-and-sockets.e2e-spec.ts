import { createClient } from 'graphql-ws';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { Client, type TokenPair } from '../support/app/client.js';
import { until } from '../support/until.js';
import { ExampleProcess } from './example-process.js';
import { ReadmeShell } from './readme-shell.js';

const folder = 'graphql-and-sockets';

interface Ended {
  readonly code: number;
  readonly reason: string;
}

describe('[13] the example of GraphQL and sockets', () => {
  let app: ExampleProcess;
  let client: Client;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    app = await ExampleProcess.start(`${folder}/main`);
    client = new Client(app.url);
  });

  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await app.stop();
  });

  const login = async (username: string): Promise<string> => {
    const { body } = await client.post<TokenPair>('/auth/login', { username, password: 'correct horse' });
    return body.access_token;
  };
  const ask = async (query: string, token?: string): Promise<unknown> => {
    const { body } = await client.post('/graphql', { query }, token);
    const { errors, data } = body as {
      errors?: { extensions: { code: string } }[];
      data?: unknown;
    };
    return errors?.map(({ extensions }) => extensions.code) ?? data;
  };
  const connect = (token?: string): Socket => {
    const socket = io(app.url, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    sockets.push(socket);
    return socket;
  };
  const next = <Heard>(socket: Socket, event: string): Promise<Heard> =>
    new Promise((resolve) => socket.once(event, resolve));

  /** One subscription over graphql-ws: what is heard, and how it ends. */
  const subscribe = (token?: string) => {
    const heard: unknown[] = [];
    const connection = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      ...(token !== undefined && { connectionParams: { token } }),
    });
    const opened = new Promise<void>((resolve) => connection.on('connected', () => resolve()));
    const closed = new Promise<Ended>((resolve) =>
      connection.on('closed', (event) => resolve(event as Ended)),
    );
    connection.subscribe(
      { query: 'subscription { said { author text } }' },
      {
        next: ({ data, errors }) => heard.push(errors ?? data?.['said']),
        error: (errors) => heard.push(errors),
        complete: () => {},
      },
    );
    return { heard, opened, closed, close: () => connection.dispose() };
  };

  it('does what its page says', async () => {
    const hears = async (shell: ReadmeShell, ...things: string[]): Promise<void> => {
      for (const thing of things) await until(thing, () => shell.heard().includes(thing));
    };
    await ReadmeShell.follow(folder, { ports: { 3000: app.port } }, async ({ command }, shell) => {
      if (command.endsWith('&')) await hears(shell, 'socket.io is connected', 'graphql-ws is connected');
      if (command.includes('"$ada"')) {
        const said = '{"author":"ada","text":"hello"}';
        await hears(shell, `socket.io hears ${said}`, `graphql-ws hears {"said":${said}}`);
      }
      if (!command.includes('logout')) return;
      await hears(shell, 'socket.io is told "invalid_token"', 'socket.io is closed');
      await hears(shell, 'graphql-ws is closed "4401 invalid_token"');
    });
  });

  it('decides on queries and mutations by roles', async () => {
    const [ada, bob, eve] = [await login('ada'), await login('bob'), await login('eve')];
    expect(await ask('{ me }')).toEqual(['unauthenticated']);
    expect(await ask('{ me }', eve)).toEqual({ me: 'eve' });
    expect(await ask('{ messages { text } }', eve)).toEqual(['access_denied']);
    expect(await ask('mutation { say(text: "no") { author } }', bob)).toEqual(['access_denied']);
    expect(await ask('mutation { say(text: "yes") { author } }', ada)).toEqual({ say: { author: 'ada' } });
    expect(await ask('{ messages { text } }', bob)).toMatchObject({
      messages: expect.arrayContaining([{ text: 'yes' }]),
    });
  });

  it('refuses sockets without a token, and with one that is none, before they hear anything', async () => {
    for (const token of [undefined, 'nothing']) {
      const code = token === undefined ? 'unauthenticated' : 'invalid_token';
      const refused = await next<Error & { data: { code: string } }>(connect(token), 'connect_error');
      expect(refused.data.code).toBe(code);
      expect(await subscribe(token).closed).toMatchObject({ code: 4401, reason: code });
    }
  });

  it('decides on messages of a socket, and on subscriptions, by roles', async () => {
    const [ada, bob, eve] = [await login('ada'), await login('bob'), await login('eve')];
    const [writer, reader] = [connect(ada), connect(bob)];
    await Promise.all([next(writer, 'connect'), next(reader, 'connect')]);
    reader.emit('say', 'no');
    expect(await next(reader, 'exception')).toMatchObject({ code: 'access_denied', status: 403 });
    const [of, none] = [subscribe(bob), subscribe(eve)];
    await until('one is refused', () => none.heard.length > 0);
    expect(JSON.stringify(none.heard)).toContain('access_denied');
    await of.opened;
    const heard = next(reader, 'said');
    await until('the subscription hears it', () => {
      writer.emit('say', 'hi');
      return of.heard.length > 0;
    });
    expect(await heard).toEqual({ author: 'ada', text: 'hi' });
    expect(of.heard[0]).toEqual({ author: 'ada', text: 'hi' });
    await Promise.all([of.close(), none.close()]);
  });

  it('closes both kinds of sockets when the session ends, and no others', async () => {
    const [bob, other] = [await login('bob'), await login('bob')];
    const [mine, theirs, subscription] = [connect(bob), connect(other), subscribe(bob)];
    await Promise.all([next(mine, 'connect'), next(theirs, 'connect'), subscription.opened]);
    const ends = [next(mine, 'exception'), next(mine, 'disconnect'), subscription.closed];
    expect((await client.post('/auth/logout', undefined, bob)).status).toBe(204);
    expect(await Promise.all(ends)).toMatchObject([
      { code: 'invalid_token' },
      'io server disconnect',
      { code: 4401, reason: 'invalid_token' },
    ]);
    expect(theirs.connected).toBe(true);
  });
});
