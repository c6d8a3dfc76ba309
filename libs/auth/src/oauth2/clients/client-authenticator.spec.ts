import { asserting, assertion, signer, strangerKeys } from '../../../../../test/support/oauth2/assertions.js';
import { ISSUER } from '../../../../../test/support/app/start-app.js';
import { basic } from '../../../../../test/support/oauth2/oauth-caller.js';
import type { AccessTokensSettings } from '../../access-tokens/access-tokens.settings.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { SystemClock } from '../../kernel/clock.js';
import { MemoryOneTimeValueStore } from '../../one-time-values/memory-one-time-value.store.js';
import type { CredentialThrottle } from '../../throttler/credentials/credential-throttle.service.js';
import { ClientAssertions } from '../assertions/client-assertions.service.js';
import { OAuthRequest } from '../oauth-request.js';
import { ClientAuthenticator } from './client-authenticator.service.js';
import { ClientRegistry } from './client-registry.js';
import { createClientSecret } from './client-secret.js';
import type { OAuthClient } from './oauth-client.js';

const crypto = jest.requireActual<typeof import('node:crypto')>('node:crypto');
const own = createClientSecret();
const others = createClientSecret();
const base = { grants: [], scope: [] };
const clients: readonly OAuthClient[] = [
  { ...base, id: 'shop', secretHashes: [own.hash] },
  { ...base, id: 'other', secretHashes: [others.hash] },
  { ...base, id: 'replacing', secretHashes: [own.hash, others.hash] },
  { ...base, id: 'posting', secretHashes: [own.hash], authMethod: 'client_secret_post' },
  { ...base, id: 'spa' },
  signer,
];

/** An authenticator whose every step is written down. */
function watched() {
  const steps: string[] = [];
  const note = (step: string) => async (): Promise<void> => void steps.push(step);
  class Registry extends ClientRegistry {
    find(clientId: string): OAuthClient | undefined {
      steps.push('find');
      return clients.find(({ id }) => id === clientId);
    }
  }
  const attempt = {
    succeeded: note('succeeded'),
    failed: note('failed'),
    abandoned: note('abandoned'),
  };
  const throttle: Pick<CredentialThrottle, 'begin'> = {
    begin: async () => {
      steps.push('begin');
      return attempt;
    },
  };
  const clock = new SystemClock();
  const assertions = new ClientAssertions(
    { clockToleranceMs: 0 } as AccessTokensSettings,
    { names: () => [ISSUER] },
    new MemoryOneTimeValueStore(clock),
    clock,
  );
  const authenticator = new ClientAuthenticator(
    new Registry(),
    throttle as CredentialThrottle,
    assertions,
    new AuthEvents(),
  );
  const authenticate = async (form: object, authorization?: string): Promise<string> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization };
    const request = new OAuthRequest({ headers, body: form, url: '/oauth/token' }, { ip: '192.0.2.1' });
    const compare = jest.spyOn(crypto, 'timingSafeEqual');
    const verify = jest.spyOn(crypto, 'verify');
    const outcome = await authenticator.authenticate(request).then(
      ({ id }) => `is ${id}`,
      ({ code }: { code: string }) => code,
    );
    steps.push(`compared ${compare.mock.calls.length}`, `verified ${verify.mock.calls.length}`);
    compare.mockRestore();
    verify.mockRestore();
    return `${outcome}: ${steps.splice(0).join(', ')}`;
  };
  return { authenticate };
}

describe('who sent a request', () => {
  const refused = 'invalid_client: find, begin, failed, compared 2, verified 0';

  it.each<[string, object, string | undefined]>([
    ['a wrong secret', {}, basic('shop', 'wrong')],
    ['the secret of another client', {}, basic('shop', others.secret)],
    ['an unknown client', {}, basic('nobody', own.secret)],
    ['a wrong secret where one is being replaced', {}, basic('replacing', 'wrong')],
    ['the right secret in the wrong way', {}, basic('posting', own.secret)],
    ['a public client with a secret', {}, basic('spa', own.secret)],
    ['a client with keys', {}, basic('signer', own.secret)],
    ['a wrong secret in the form', { client_id: 'shop', client_secret: 'wrong' }, undefined],
    ['an unknown client in the form', { client_id: 'nobody', client_secret: own.secret }, undefined],
  ])('[60] %s takes the same steps as every other', async (_, form, header) => {
    expect(await watched().authenticate(form, header)).toBe(refused);
  });

  it.each(['ES256', 'RS256', 'ES384'])(
    '[60] a wrong assertion takes the same steps whosever it is (%s)',
    async (algorithm) => {
      const key = strangerKeys[algorithm.startsWith('ES') ? 'ES256' : 'RS256'];
      for (const id of ['signer', 'nobody', 'shop', 'spa']) {
        const text = assertion({ algorithm, key, claims: { iss: id, sub: id } });
        expect(await watched().authenticate(asserting(text))).toBe(
          'invalid_client: find, begin, failed, compared 0, verified 1',
        );
      }
    },
  );

  it('is told where everything is right', async () => {
    const { authenticate } = watched();
    const right = (id: string) => `is ${id}: find, begin, succeeded, compared`;
    expect(await authenticate({}, basic('shop', own.secret))).toBe(`${right('shop')} 2, verified 0`);
    expect(await authenticate(asserting(assertion()))).toBe(`${right('signer')} 0, verified 1`);
    expect(await authenticate({ client_id: 'spa' })).toMatch(/^is spa: find, /);
  });
});
