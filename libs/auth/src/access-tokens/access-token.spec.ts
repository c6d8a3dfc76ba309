import { JwtService } from '@nestjs/jwt';
import { generateKeyPairSync } from 'node:crypto';
import { GRANT as grant } from '../../../../test/support/tokens/token-parties.js';
import { ConfigurationFindings } from '../kernel/configuration-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { createKeySource } from '../keys/create-key-source.js';
import { KeyRing } from '../keys/key-ring.js';
import { type KeysOptions, resolveKeysSettings } from '../keys/keys.settings.js';
import { MemoryKeyStore } from '../keys/sources/memory-key-store.js';
import { ManualClock } from '../testing/manual-clock.js';
import { AccessTokenIssuer } from './access-token-issuer.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { type AccessTokensOptions, resolveAccessTokensSettings } from './access-tokens.settings.js';

const secret = '9Gq3rTz6mK1xWc8vYb5nJf2hLd7pSa4u';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

async function parties(options: AccessTokensOptions = {}, keys: KeysOptions = { privateKey }) {
  const findings = new ConfigurationFindings();
  const clock = new ManualClock();
  const keysSettings = resolveKeysSettings(keys, { production: true }, findings);
  const settings = resolveAccessTokensSettings(
    options,
    { issuer: 'https://issuer.example', audience: ['api', 'admin'] },
    findings,
  );
  findings.throwIfAny();
  const source = createKeySource(keysSettings, clock, () => new MemoryKeyStore());
  const ring = new KeyRing(keysSettings, source, clock, new AuthEvents());
  await ring.load();
  ring.close();
  const jwt = new JwtService({ secret: 'of another module of the host' });
  return {
    clock,
    ring,
    issuer: new AccessTokenIssuer(settings, ring, jwt, clock),
    verifier: new AccessTokenVerifier(settings, ring, jwt, clock),
  };
}

describe('access tokens', () => {
  it('[53] ends with its session, however long tokens live', async () => {
    const { issuer, clock } = await parties({ ttl: '15m' });
    const sessionEnd = clock.now() + 60_000;
    const issued = await issuer.issue({ ...grant, expiresBy: sessionEnd });
    expect(issued.expiresAt).toBe(sessionEnd);
    const later = await issuer.issue({ ...grant, expiresBy: clock.now() + 86_400_000 });
    expect(later.expiresInSeconds).toBe(900);
  });

  it.each<[string, KeysOptions]>([
    ['ES256', { privateKey }],
    ['HS256', { secret }],
  ])('come back as the principal they were issued for (%s)', async (_, keys) => {
    const { issuer, verifier, clock } = await parties({}, keys);
    const { token, tokenId, expiresAt, expiresInSeconds } = await issuer.issue(grant);
    const principal = await verifier.verify(token);
    expect(principal).toMatchObject({ ...grant, tokenId, expiresAt, issuedAt: clock.now() });
    expect(expiresInSeconds).toBe(900);
    expect(expiresAt).toBe(clock.now() + 900_000);
  });

  it('[9068-36] carry every required claim and the type', async () => {
    const { issuer, ring } = await parties();
    const { token } = await issuer.issue(grant);
    const [header, claims] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: ring.active().kid });
    expect(Object.keys(claims ?? {})).toEqual(
      expect.arrayContaining(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']),
    );
    expect(claims?.['scope']).toBe('read write');
  });

  it('let the host add claims but not replace those of the library', async () => {
    const claims = () => ({ tenant: 't1', sub: 'mallory', sid: 'x', exp: 1, nbf: 9e12, cnf: { jkt: 'x' } });
    const { issuer, verifier } = await parties({ claims });
    const { sessionId: _, ...withoutSession } = grant;
    const { token } = await issuer.issue({ ...withoutSession, claims: { plan: 'gold', scope: 'admin' } });
    const principal = await verifier.verify(token);
    expect(principal).toMatchObject({ subject: 'alice', sessionId: undefined, scope: ['read', 'write'] });
    expect(principal.claims).toMatchObject({ tenant: 't1', plan: 'gold' });
    expect(principal.claims).not.toHaveProperty('cnf');
  });

  it('[9068-38] never give a user the subject of a client', async () => {
    const { issuer, verifier } = await parties();
    await expect(issuer.issue({ ...grant, subject: 'client:web' })).rejects.toMatchObject({
      code: 'access_denied',
    });
    const machine = { subject: 'client:job', clientId: 'job', roles: [], epoch: 0 };
    const { token } = await issuer.issue(machine);
    expect(await verifier.verify(token)).toMatchObject({
      ...machine,
      scope: undefined,
      sessionId: undefined,
    });
    await expect(issuer.issue({ ...machine, clientId: 'other' })).rejects.toMatchObject({
      code: 'access_denied',
    });
  });

  it('expire to the millisecond after the tolerance, cached or not', async () => {
    const { issuer, verifier, clock } = await parties();
    const { token } = await issuer.issue(grant);
    await verifier.verify(token);
    clock.advance(904_999);
    expect(verifier.peek(token)).toBeDefined();
    clock.advance(1);
    expect(verifier.peek(token)).toBeUndefined();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('are known at once the second time, and frozen', async () => {
    const { issuer, verifier } = await parties();
    const { token } = await issuer.issue(grant);
    expect(verifier.peek(token)).toBeUndefined();
    const principal = await verifier.verify(token);
    expect(verifier.peek(token)).toBe(principal);
    expect(verifier.counts).toEqual({ hits: 1, misses: 1 });
    expect(Object.isFrozen(principal.roles) && Object.isFrozen(principal.claims)).toBe(true);
  });

  it('can do without the cache', async () => {
    const { issuer, verifier } = await parties({ cache: false });
    const { token } = await issuer.issue(grant);
    await verifier.verify(token);
    expect(verifier.peek(token)).toBeUndefined();
  });
});
