import type { RedisOptions } from 'nestjs-gatehouse';
import { Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { Warnings } from '../support/app/warnings.js';
import { startCluster, startSentinel, startStandalone } from '../support/redis/index.js';
import { selfSigned } from '../support/tls/self-signed.js';

const local = selfSigned('redis', ['127.0.0.1']);
const stranger = selfSigned('stranger', ['127.0.0.1']);
const named = selfSigned('redis', ['localhost']);
const trusting = { tls: { ca: local.cert } };
const password = 'of-sentinels';
const credentials = { username: 'ada', password: 'ada-password' };

type Server = Awaited<ReturnType<typeof startStandalone | typeof startCluster | typeof startSentinel>>;

interface Guarded {
  readonly name: string;
  start(): Promise<Server>;
  /** As an operator would write it. */
  readonly url?: (url: string) => string;
  readonly right: object;
  /** What is wrong, and what the log says of it. */
  readonly wrong: readonly (readonly [options: object, reason: RegExp])[];
}

const guarded: readonly Guarded[] = [
  {
    name: 'a server with TLS',
    start: () => startStandalone({ guard: { tls: local } }),
    right: trusting,
    wrong: [
      [{}, /DEPTH_ZERO_SELF_SIGNED_CERT/],
      [{ tls: { ca: stranger.cert } }, /DEPTH_ZERO_SELF_SIGNED_CERT/],
      [{ tls: { ca: local.cert, serverName: 'other.test' } }, /ERR_TLS_CERT_ALTNAME_INVALID/],
    ],
  },
  {
    name: 'a Cluster whose certificates name hosts',
    start: () =>
      startCluster({
        guard: { tls: named },
        config: { 'cluster-announce-hostname': 'localhost', 'cluster-preferred-endpoint-type': 'hostname' },
      }),
    url: (url) => url.replaceAll('127.0.0.1', 'localhost'),
    right: { tls: { ca: named.cert } },
    wrong: [[{ tls: { ca: stranger.cert } }, /DEPTH_ZERO_SELF_SIGNED_CERT/]],
  },
  {
    name: 'sentinels with TLS and a password',
    start: () => startSentinel({ guard: { tls: local }, sentinelGuard: { tls: local, password } }),
    right: { ...trusting, sentinel: { password } },
    wrong: [
      [{ ...trusting, sentinel: { password: 'hunter2' } }, /WRONGPASS: the user name or password is wrong/],
      [trusting, /NOAUTH: it asks for a password/],
      [{ ...trusting, sentinel: { password, tls: { ca: stranger.cert } } }, /DEPTH_ZERO_SELF_SIGNED_CERT/],
    ],
  },
];

describe.each(guarded)('$name', ({ start, url: written = (url) => url, right, wrong }) => {
  let server: Server;
  let app: RunningApp | undefined;
  const logger = new Warnings();

  beforeAll(async () => {
    server = await start();
  });
  beforeEach(() => logger.lines.splice(0));
  afterEach(() => app?.close());
  afterAll(() => server.stop());

  async function startWith(options: object): Promise<Client> {
    const redis = { url: written(server.url), ...options } as RedisOptions;
    app = await startApp({ options: { redis }, logger });
    return new Client(app.url);
  }

  it('keeps sessions for who brings what it asks for', async () => {
    const client = await startWith({ ...right, deadline: '5s' });
    const login = await client.post<TokenPair>('/auth/login', credentials);
    expect(login.status).toBe(200);
    const body = { refresh_token: login.body.refresh_token };
    expect((await client.post('/auth/refresh', body)).status).toBe(200);
    expect(logger.lines).toEqual([]);
  });

  it.each(wrong)(
    'lets the app boot and answer 503 otherwise, and the log says why, once (%#)',
    async (options, reason) => {
      const client = await startWith(options);
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const login = await client.post('/auth/login', credentials);
        expect(login).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
      }
      const said = logger.lines.filter((line) => reason.test(line));
      expect(said).toEqual([expect.stringMatching(/^Redis is not reachable yet \(/)]);
      expect(logger.lines.join()).not.toContain('hunter2');
    },
  );
});
