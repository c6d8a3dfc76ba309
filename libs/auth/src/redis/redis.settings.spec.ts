import { Redis } from 'ioredis';
import {
  AuthConfigurationError,
  ConfigurationFindings,
} from '../kernel/configuration/configuration-error.js';
import { OpaqueSecret } from '../kernel/opaque-secret.js';
import { resolveRedisSettings } from './redis.settings.js';

function resolve(given: unknown) {
  const findings = new ConfigurationFindings();
  const settings = resolveRedisSettings(given, findings);
  findings.throwIfAny();
  return settings;
}

function mistakesIn(given: unknown): AuthConfigurationError['findings'] {
  try {
    resolve(given);
    return [];
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    return error.findings;
  }
}

const findingsIn = (given: unknown): readonly string[] => mistakesIn(given).map(({ option }) => option);
const messagesIn = (given: unknown): readonly string[] => mistakesIn(given).map(({ message }) => message);

describe('resolveRedisSettings', () => {
  const client = new Redis({ lazyConnect: true });
  afterAll(() => client.disconnect());

  it.each([
    ['redis://localhost', { keyPrefix: 'gatehouse', deadlineMs: 200, source: { topology: 'standalone' } }],
    [
      { url: 'redis://localhost', keyPrefix: 'a', deadline: '1s' },
      { keyPrefix: 'a', deadlineMs: 1000 },
    ],
    [
      { client, keyPrefix: 'b' },
      { keyPrefix: 'b', source: expect.any(OpaqueSecret) },
    ],
    [client, { source: expect.any(OpaqueSecret) }],
  ])('takes %p', (given, expected) => {
    const settings = resolve(given);
    expect(settings).toMatchObject(expected);
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('keeps the client it was given, out of sight', () => {
    const source = resolve({ client })?.source;
    expect(source instanceof OpaqueSecret && source.reveal()).toBe(client);
  });

  it('is nothing when nothing is given', () => {
    expect(resolve(undefined)).toBeUndefined();
  });

  class ForeignClient {
    readonly isOpen = true;
    readonly options = {};
  }

  it.each<[unknown, string[]]>([
    ['', ['redis.url']],
    ['http://:hunter2@localhost', ['redis.url']],
    [{ url: undefined }, ['redis.url']],
    [{ url: 5 }, ['redis.url']],
    [{ url: 'redis://localhost', client }, ['redis.client']],
    [{ client: new ForeignClient() }, ['redis.client']],
    [new ForeignClient(), ['redis']],
    [{ ulr: 'redis://:hunter2@localhost' }, ['redis.url', 'redis.ulr']],
    [{ url: 'redis://localhost', deadline: 200 }, ['redis.deadline']],
    [{ client, tls: {} }, ['redis.tls']],
    [{ client, sentinel: {} }, ['redis.sentinel']],
    [true, ['redis']],
    [null, ['redis']],
  ])('finds in %p the mistakes %j, and repeats no URL', (given, expected) => {
    expect(findingsIn(given)).toEqual(expected);
    expect(() => resolve(given)).not.toThrow('hunter2');
  });

  it.each([
    ['redis://:hunter2@localhost?tls=hunter2', ['tls']],
    ['rediss+cluster://a,b?maxRetries=hunter2&family=6', ['maxRetries', 'family']],
    ['redis+sentinel://a/main?sentinelPassword=hunter2', ['sentinelPassword']],
    // A password that wasn't encoded.
    ['redis://app?hunter2=x@localhost', []],
    ['redis://localhost?hunter2', []],
    ['redis://:x#hunter2@localhost?hunter2=x', []],
  ])('names the parameters of %p that nobody reads, and nothing else of it', (url, names) => {
    const messages = messagesIn(url);
    const named = messages.map((message) => /has no parameter (\w+)/.exec(message)?.[1]);
    expect(named).toEqual(names.length === 0 ? [undefined] : names);
    expect(messages.join()).not.toContain('hunter2');
  });
});
