import { Socket } from 'node:net';
import { leastMs } from '../../../../test/support/cost.js';
import { forge } from '../../../../test/support/tokens/forge.js';
import {
  claims,
  clock,
  ec,
  ecHeader,
  good,
  now,
  rsa,
  signed,
} from '../../../../test/support/tokens/forged/forgery.js';
import { algorithms, hmacWithPublicKey, types } from '../../../../test/support/tokens/forged/headers.js';
import { forgedTokens } from '../../../../test/support/tokens/forged/index.js';
import { shapes } from '../../../../test/support/tokens/forged/shapes.js';
import {
  AUDIENCE,
  GRANT,
  type TokenParties,
  tokenParties,
} from '../../../../test/support/tokens/token-parties.js';
import { AuthError } from '../kernel/auth-error.js';

const SLOW_MS = 50;

describe('forged and malformed tokens', () => {
  const connect = jest.spyOn(Socket.prototype, 'connect');
  let parties: TokenParties;

  beforeAll(async () => {
    const privateKey = [{ key: rsa.privateKey }, { key: ec.privateKey }];
    parties = await tokenParties({ keys: { privateKey }, clock });
  });

  afterAll(() => {
    parties.ring.close();
    connect.mockRestore();
  });

  async function refusal(token: unknown): Promise<AuthError> {
    const error: unknown = await parties.verifier.verify(token as string).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(AuthError);
    return error as AuthError;
  }

  async function isRefused(token: unknown): Promise<void> {
    const error = await refusal(token);
    expect(error.code).toBe('invalid_token');
    expect(error.entry.status).toBe(401);
    if (typeof token === 'string' && token.length > 20)
      expect(error.message).not.toContain(token.slice(0, 20));
  }

  it('have good ones beside them', async () => {
    const { verifier, issuer } = parties;
    expect(await verifier.verify(good)).toMatchObject({ subject: 'alice', roles: ['editor'] });
    expect(await verifier.verify(forge(ecHeader, claims, 'ES256', ec.privateKey))).toBeDefined();
    expect(await verifier.verify((await issuer.issue(GRANT)).token)).toBeDefined();
    expect(await verifier.verify(signed({ typ: 'application/at+jwt' }))).toBeDefined();
    expect(
      await verifier.verify(signed({ typ: 'AT+JWT' }, { aud: ['x', AUDIENCE], nbf: now })),
    ).toBeDefined();
    expect(await verifier.verify(signed({}, { exp: now - 4, iat: now + 5, nbf: now + 5 }))).toBeDefined();
  });

  it('are told from good ones by a second beyond the tolerance', async () => {
    for (const claim of [{ nbf: now + 6 }, { iat: now + 6 }, { exp: now - 5 }]) {
      expect((await refusal(signed({}, claim))).code).toBe('invalid_token');
    }
  });

  it('are at least 120', () => {
    expect(forgedTokens.flatMap(([, cases]) => cases).length).toBeGreaterThanOrEqual(120);
  });

  describe.each(forgedTokens)('%s', (_, cases) => {
    it.each(cases)('%s', async (__, token) => {
      await isRefused(token);
      // The second time must not find the token in the cache.
      expect(await leastMs(() => isRefused(token), SLOW_MS)).toBeLessThanOrEqual(SLOW_MS);
      expect(parties.known.find(token as string)).toBeUndefined();
    });
  });

  it('never make the verifier call anybody', () => {
    expect(connect).not.toHaveBeenCalled();
  });

  it('cost no signature check unless shape, header and key are right', async () => {
    const before = parties.verifier.signatureChecks;
    const reachesNoKey = [...shapes, ...types, ...hmacWithPublicKey, ...algorithms.slice(0, 30)];
    for (const [, token] of reachesNoKey) await refusal(token);
    expect(parties.verifier.signatureChecks).toBe(before);
  });
});
