import { type ClientProxy, ClientProxyFactory, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { Client, type TokenPair } from '../support/app/client.js';
import { freePort } from '../support/redis/free-port.js';
import { until } from '../support/until.js';
import { ExampleProcess } from './example-process.js';
import { ReadmeShell } from './readme-shell.js';

const folder = 'hybrid-microservice';

describe('[13] the example of a hybrid microservice', () => {
  let app: ExampleProcess;
  let client: Client;
  let caller: ClientProxy;
  let tcpPort: number;

  beforeAll(async () => {
    tcpPort = await freePort();
    app = await ExampleProcess.start(`${folder}/main`, { TCP_PORT: String(tcpPort) });
    client = new Client(app.url);
    caller = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: tcpPort },
    });
  });

  afterAll(async () => {
    await caller.close();
    await app.stop();
  });

  const login = async (username: string): Promise<string> => {
    const { body } = await client.post<TokenPair>('/auth/login', { username, password: 'correct horse' });
    return body.access_token;
  };
  const send = (pattern: string, message: object = {}): Promise<unknown> =>
    firstValueFrom(caller.send<unknown, object>(pattern, message));

  it('does what its page says', async () => {
    const env = { TCP_PORT: String(tcpPort) };
    await ReadmeShell.follow(folder, { ports: { 3000: app.port }, env });
  });

  it('answers messages by the roles of the token in them', async () => {
    const [ada, bob] = [await login('ada'), await login('bob')];
    expect(await send('ping')).toBe('pong');
    expect(await send('orders.place', { token: bob, item: 'cup' })).toEqual({ customer: 'bob', item: 'cup' });
    expect(await send('orders.list', { token: ada })).toContainEqual({ customer: 'bob', item: 'cup' });
    await expect(send('orders.list', { token: bob })).rejects.toMatchObject({
      code: 'access_denied',
      status: 403,
    });
  });

  it.each([
    ['no token', {}, 'unauthenticated'],
    ['a token that is none', { token: 'nothing' }, 'invalid_token'],
    ['a token that is no text', { token: { sub: 'ada', roles: ['clerk'] } }, 'invalid_token'],
    ['a user that nobody has verified', { user: { subject: 'ada', roles: ['clerk'] } }, 'unauthenticated'],
  ])('refuses messages with %s', async (_what, message, code) => {
    await expect(send('orders.list', message)).rejects.toMatchObject({ code, status: 401 });
  });

  it('keeps events from their handler that their sender has no right to', async () => {
    const [ada, bob] = [await login('ada'), await login('bob')];
    await send('orders.place', { token: bob, item: 'pot' });
    caller.emit('orders.clear', { token: bob });
    // The connection keeps the order, and a verified token is known to both.
    expect(await send('orders.list', { token: ada })).not.toEqual([]);
    caller.emit('orders.clear', { token: ada });
    const isCleared = async () => ((await send('orders.list', { token: ada })) as unknown[]).length === 0;
    await until('the orders are cleared', isCleared);
  });

  it('does not let one token speak for the next message of the same connection', async () => {
    const ada = await login('ada');
    await send('orders.list', { token: ada });
    await expect(send('orders.list')).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
