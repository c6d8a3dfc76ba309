import { connect } from 'node:net';
import { crc32 } from 'node:zlib';
import { ApiKeyService } from 'nestjs-gatehouse';
import { ApiKeyStore } from '../../libs/auth/src/api-keys/api-key.store.js';
import { type RunningApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { secretWatch } from '../support/secret-watch/secret-watch.js';
import { type Created, type KeyClient, startKeysHost } from './keys-host.js';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const MUTATIONS = 1_500;
const AT_ONCE = 50;
const random = (below: number): number => Math.floor(Math.random() * below);
const digit = (): string => DIGITS.charAt(random(62));

/** The key with something changed at a place. */
const mutations: readonly ((key: string, at: number) => string)[] = [
  (key, at) => key.slice(0, at) + digit() + key.slice(at + 1),
  (key, at) => key.slice(0, at) + digit() + key.slice(at),
  (key, at) => key.slice(0, at) + key.slice(at + 1),
  (key, at) => key.slice(0, at),
  (key, at) => key.slice(at),
  (key, at) => key.slice(0, at) + Array.from(key.slice(at), digit).join(''),
  (key, at) => key.slice(0, at) + key.charAt(at).toUpperCase() + key.slice(at + 1),
  (key, at) => key.slice(at) + key.slice(0, at),
];

const SECRET_DIGITS = 43;
const CHECKSUM_DIGITS = 6;

/** What a forger sends who knows how keys are written: the checksum is right, whatever else isn't. */
function withChecksum(body: string): string {
  let digits = '';
  for (let rest = crc32(body); rest > 0; rest = Math.floor(rest / 62))
    digits = DIGITS.charAt(rest % 62) + digits;
  return body + digits.padStart(CHECKSUM_DIGITS, '0');
}

/** Every key that differs from this one in a single digit between two places, forged. */
function forgeries(key: string, from: number, to: number): readonly string[] {
  const body = key.slice(0, -CHECKSUM_DIGITS);
  const places = Array.from({ length: to - from }, (_, at) => from + at);
  return places.flatMap((at) =>
    DIGITS.split('')
      .filter((other) => other !== body.charAt(at))
      .map((other) => withChecksum(body.slice(0, at) + other + body.slice(at + 1))),
  );
}

/** How often the store answers what, from now on. */
function verdictsOf(store: ApiKeyStore): ReadonlyMap<string, number> {
  const verdicts = new Map<string, number>();
  const present = store.present.bind(store);
  store.present = async (...shown) => {
    const answer = await present(...shown);
    verdicts.set(answer.verdict, (verdicts.get(answer.verdict) ?? 0) + 1);
    return answer;
  };
  return verdicts;
}

/** Calls with each key, some at a time; answers the statuses that came. */
async function statusesOf(client: KeyClient, keys: readonly string[]): Promise<readonly number[]> {
  const statuses = new Set<number>();
  const left = [...keys];
  const attack = async (): Promise<void> => {
    for (let key = left.pop(); key !== undefined; key = left.pop())
      statuses.add((await client.show(key)).status);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, attack));
  return [...statuses];
}

describe.each(everywhere)(
  '[11-F] credentials of another kind, on $platform and $medium',
  ({ platform, medium: kind }) => {
    let medium: TestMedium;
    let host: RunningApp & { readonly client: KeyClient; readonly keys: ApiKeyService };
    let mine: Created;
    let other: Created;
    let tokens: Awaited<ReturnType<KeyClient['login']>>;

    beforeAll(async () => {
      medium = await startMedium(kind);
      const options = medium.redis === undefined ? {} : { redis: medium.redis };
      host = await startKeysHost({ header: 'x-api-key' }, { platform, options });
      mine = await host.client.create();
      other = await host.client.create();
      tokens = await host.client.login();
    });
    afterAll(async () => {
      await host?.close();
      await medium?.stop();
    });

    const accepts = async (headers: Record<string, string>): Promise<boolean> => {
      const { status } = await host.client.send('GET', '/who', { headers });
      if (status >= 500) throw new Error(`answered ${status}`);
      return status === 200;
    };

    it('a key is accepted as an API key only, and nothing else is one: 0 accepted', async () => {
      const { key } = mine;
      const [header = '', claims = '', signature = ''] = tokens.access_token.split('.');
      const credentials = {
        key,
        access: tokens.access_token,
        refresh: tokens.refresh_token,
        'unsigned token': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`,
        'token with a key for a signature': `${header}.${claims}.${key.split('_').at(-1)}`,
        'key with a signature for a secret': `${key.split('_').slice(0, 3).join('_')}_${signature.slice(0, 49)}`,
        'key id': mine.apiKey.id,
        'id without a secret': key.split('_').slice(0, 3).join('_'),
        'key in Base64': Buffer.from(key).toString('base64'),
        'key and password': Buffer.from(`${key}:`).toString('base64'),
      };
      const right = new Set(['ApiKey key', 'x-api-key key', 'Bearer access']);
      const found: string[] = [];
      for (const [name, value] of Object.entries(credentials)) {
        for (const scheme of ['Bearer', 'ApiKey', 'Basic', 'Digest', 'Token', 'ApiKeys', 'Key', 'DPoP'])
          if (await accepts({ authorization: `${scheme} ${value}` })) found.push(`${scheme} ${name}`);
        if (await accepts({ authorization: value })) found.push(`bare ${name}`);
        if (await accepts({ 'x-api-key': value })) found.push(`x-api-key ${name}`);
      }
      expect(new Set(found)).toEqual(right);
      secretWatch.publish(mine.apiKey.id);
      for (const token of [key, mine.apiKey.id]) {
        expect((await host.client.refresh(token)).status).toBe(400);
        expect((await host.client.post('/auth/login', { username: 'demo', password: token })).status).toBe(
          401,
        );
      }
    });

    it('secrets and ids of different keys do not fit together', async () => {
      const [start, id] = [mine.key.slice(0, 8), mine.apiKey.id];
      const secretOf = (key: string): string => key.split('_').at(-1)!;
      expect(await accepts({ authorization: `ApiKey ${start}${id}_${secretOf(other.key)}` })).toBe(false);
      const live = mine.key.replace('gh_test', 'gh_live');
      expect(await accepts({ authorization: `ApiKey ${live}` })).toBe(false);
      expect(await accepts({ authorization: `ApiKey ${mine.key}` })).toBe(true);
    });

    it('a key header that is sent twice is invalid_request, whatever proxies do', async () => {
      const { port } = new URL(host.url);
      const key = `x-api-key: ${mine.key}\r\n`;
      const answer = await new Promise<string>((done, fail) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(`GET /who HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${key}X-Api-Key: other\r\n\r\n`);
        });
        socket.setEncoding('utf8').once('data', done).once('error', fail);
      });
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
    });
  },
);

describe.each(['memory', 'redis'] as const)('[11-F] mutations of a key, on %s', (kind) => {
  it(`${MUTATIONS} random mutations over HTTP: 0 accepted, and no 5xx`, async () => {
    const medium = await startMedium(kind);
    const options = medium.redis === undefined ? {} : { redis: medium.redis };
    const host = await startKeysHost(true, { platform: 'fastify', options });
    try {
      const { key } = await host.client.create();
      const mutated = Array.from({ length: MUTATIONS }, (_, at) =>
        mutations[at % mutations.length]!(key, random(key.length)),
      );
      expect(
        await statusesOf(
          host.client,
          mutated.filter((text) => text !== key),
        ),
      ).toEqual([401]);
      expect((await host.client.show(key)).status).toBe(200);
    } finally {
      await host.close();
      await medium.stop();
    }
  }, 120_000);

  it('a forged digit under a right checksum is refused by the secret itself, wherever it is', async () => {
    const medium = await startMedium(kind);
    const options = medium.redis === undefined ? {} : { redis: medium.redis };
    const host = await startKeysHost(true, { platform: 'fastify', options });
    try {
      const [{ key, apiKey }, { key: other }] = [await host.client.create(), await host.client.create()];
      expect(withChecksum(key.slice(0, -CHECKSUM_DIGITS))).toBe(key);
      const secretAt = key.length - CHECKSUM_DIGITS - SECRET_DIGITS;
      const secrets = forgeries(key, secretAt, secretAt + SECRET_DIGITS);
      const swapped = withChecksum(key.slice(0, secretAt) + other.slice(secretAt, -CHECKSUM_DIGITS));
      const ids = forgeries(key, secretAt - 1 - apiKey.id.length, secretAt - 1);
      const verdicts = verdictsOf(host.app.get(ApiKeyStore, { strict: false }));
      expect(await statusesOf(host.client, [...secrets, swapped])).toEqual([401]);
      expect(verdicts).toEqual(new Map([['wrong-secret', SECRET_DIGITS * 61 + 1]]));
      const some = ids.filter((_, at) => at % 11 === 0);
      expect(await statusesOf(host.client, some)).toEqual([401]);
      expect([...verdicts.keys()].sort()).toEqual(['unknown', 'wrong-secret']);
      expect((await host.client.show(key)).status).toBe(200);
    } finally {
      await host.close();
      await medium.stop();
    }
  }, 120_000);
});
