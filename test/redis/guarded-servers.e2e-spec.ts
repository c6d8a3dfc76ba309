import { startCluster, startSentinel, startStandalone } from '../support/redis/index.js';
import { selfSigned } from '../support/tls/self-signed.js';
import { ConfigurationFindings } from '../../libs/auth/src/kernel/configuration/configuration-error.js';
import { openRedis } from '../../libs/auth/src/redis/open-redis.js';
import type { RedisConnection } from '../../libs/auth/src/redis/redis-connection.js';
import { isRedisAddress, resolveRedisSettings } from '../../libs/auth/src/redis/redis.settings.js';

const LOCAL = '127.0.0.1';
const ours = selfSigned('ours', [LOCAL]);
const stranger = selfSigned('stranger', [LOCAL]);
const named = selfSigned('named', ['redis.test', 'localhost']);
const HOSTNAMES = {
  'cluster-announce-hostname': 'localhost',
  'cluster-preferred-endpoint-type': 'hostname',
};

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

describe('openRedis at servers that let not everybody in', () => {
  let server: Server | undefined;
  let connection: RedisConnection | undefined;

  afterEach(async () => {
    connection?.disconnect();
    await server?.stop();
  });

  /** Opens by the options that a host writes. */
  async function open(options: object): Promise<RedisConnection> {
    const findings = new ConfigurationFindings();
    const settings = resolveRedisSettings(options, findings);
    findings.throwIfAny();
    if (settings === undefined || !isRedisAddress(settings.source)) throw new Error('no address');
    connection = await openRedis(settings.source);
    return connection;
  }

  /** It works, and so does a copy of it for subscriptions. */
  async function expectUse(options: object): Promise<void> {
    const opened = await open(options);
    for (const key of ['{a}:x', '{b}:x', '{c}:x']) expect(await opened.call('set', key, '1')).toBe('OK');
    const copy = opened.duplicate();
    await copy.connect();
    expect(await copy.call('subscribe', 'news')).toBe(1);
    copy.disconnect();
  }

  async function expectNoUse(options: object): Promise<void> {
    expect((await open(options)).status).not.toBe('ready');
  }

  describe('stand-alone', () => {
    const start = async (identity = ours, asksForCertificates = false): Promise<string> => {
      server = await startStandalone({ guard: { tls: identity, asksForCertificates } });
      return server.url;
    };

    it('trusts the certificates it was given', async () => {
      await expectUse({ url: await start(), tls: { ca: ours.cert } });
    });

    it.each([
      ['that nobody vouches for', undefined],
      ['of another authority', { ca: stranger.cert }],
    ])('does not trust a certificate %s', async (_whose, tls) => {
      await expectNoUse({ url: await start(), tls });
    });

    it('shows its own certificate to a server that asks for one', async () => {
      const url = await start(ours, true);
      await expectNoUse({ url, tls: { ca: ours.cert } });
      connection?.disconnect();
      await expectUse({ url, tls: { ca: ours.cert, ...ours } });
    });

    it('looks for the name it was told', async () => {
      const url = await start(named);
      await expectNoUse({ url, tls: { ca: named.cert } });
      connection?.disconnect();
      await expectUse({ url, tls: { ca: named.cert, serverName: 'redis.test' } });
    });
  });

  describe('Sentinel', () => {
    it('speaks TLS to the sentinels and to the servers', async () => {
      server = await startSentinel({ guard: { tls: ours }, sentinelGuard: { tls: ours } });
      await expectUse({ url: server.url, tls: { ca: ours.cert } });
    });

    it('knows sentinels of another authority than the servers', async () => {
      server = await startSentinel({
        guard: { tls: ours },
        sentinelGuard: { tls: stranger, trusts: [ours] },
      });
      const { url } = server;
      await expectNoUse({ url, tls: { ca: ours.cert } });
      connection?.disconnect();
      await expectUse({ url, tls: { ca: ours.cert }, sentinel: { tls: { ca: stranger.cert } } });
    });

    it('has a password for each of them', async () => {
      const [guard, sentinelGuard] = [{ password: 'of-servers' }, { password: 'of-sentinels' }];
      server = await startSentinel({ guard, sentinelGuard });
      const url = server.url.replace('//', '//:of-servers@');
      await expectUse({ url, sentinel: { password: 'of-sentinels' } });
      connection?.disconnect();
      await expectUse({ url, sentinel: { username: 'default', password: 'of-sentinels' } });
      connection?.disconnect();
      await expectNoUse({ url, sentinel: { password: 'of-servers' } });
      connection?.disconnect();
      await expectNoUse({ url });
    });

    it('speaks no TLS to sentinels that have none', async () => {
      server = await startSentinel({
        guard: { tls: ours },
        sentinelGuard: { tls: ours, listensPlainly: true },
      });
      await expectUse({ url: server.url, tls: { ca: ours.cert }, sentinel: { tls: false } });
    });
  });

  describe('Cluster', () => {
    it('trusts the certificates it was given', async () => {
      server = await startCluster({ guard: { tls: ours } });
      await expectUse({ url: server.url, tls: { ca: ours.cert } });
    });

    it('looks for the names of nodes that tell them, and for those of the URL', async () => {
      server = await startCluster({ guard: { tls: named }, config: HOSTNAMES });
      const url = server.url.replaceAll(LOCAL, 'localhost');
      await expectUse({ url, tls: { ca: named.cert } });
    });

    it('looks for one name where nodes tell addresses', async () => {
      server = await startCluster({ guard: { tls: named } });
      const { url } = server;
      await expectNoUse({ url, tls: { ca: named.cert } });
      connection?.disconnect();
      await expectUse({ url, tls: { ca: named.cert, serverName: 'redis.test' } });
    });
  });
});
