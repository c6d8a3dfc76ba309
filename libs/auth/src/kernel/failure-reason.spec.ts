import { failureReason, publicAddress } from './failure-reason.js';

const caused = (message: string, cause: unknown): Error => new Error(message, { cause });
const coded = (message: string, code: string): Error => Object.assign(new Error(message), { code });

describe('[10-18] the reason of a failure', () => {
  it.each<[unknown, string]>([
    [new Error('status 500'), 'status 500'],
    [new RangeError(''), 'RangeError'],
    [
      caused('fetch failed', coded('getaddrinfo ENOTFOUND a.example', 'ENOTFOUND')),
      'fetch failed: getaddrinfo ENOTFOUND a.example',
    ],
    [
      caused('fetch failed', coded('certificate has expired', 'CERT_HAS_EXPIRED')),
      'fetch failed: certificate has expired: CERT_HAS_EXPIRED',
    ],
    [
      new AggregateError([coded('connect', 'ECONNREFUSED'), coded('x', 'Y')], 'all failed'),
      'all failed: connect: ECONNREFUSED',
    ],
    [{ message: 'of another realm', cause: { message: 'below', code: 'X' } }, 'of another realm: below: X'],
    [new Error('two\nlines\u001b[31m'), 'two lines [31m'],
    [
      new Error('get https://me:pw@vault.example:8200/v1/keys?token=t failed'),
      'get https://vault.example:8200/v1/keys failed',
    ],
    [new Error('redis://:pw@cache.example/0'), 'redis://cache.example/0'],
    [undefined, 'an unknown failure'],
    ['text', 'an unknown failure'],
  ])('%p is told as %j', (error, reason) => {
    expect(failureReason(error)).toBe(reason);
  });

  it('is one line of bounded length, however deep or circular its causes', () => {
    const circular: Error & { cause?: unknown } = new Error('x'.repeat(1_000));
    circular.cause = circular;
    expect(failureReason(circular)).toHaveLength(300);
  });

  it('never quotes what is no address', () => {
    expect(publicAddress('https://[')).toBe('an address');
  });
});
