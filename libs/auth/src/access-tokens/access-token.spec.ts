import { generateKeyPairSync } from 'node:crypto';
import { GRANT as grant, keyParts } from '../../../../test/support/tokens/token-parties.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { createKeySource } from '../keys/create-key-source.js';
import { KeyRing } from '../keys/key-ring.js';
import { resolveKeysSettings } from '../keys/keys.settings.js';
import type { KeysOptions } from '../keys/keys.options.js';
import { ManualClock } from '../testing/manual-clock.js';
import { AccessTokenIssuer } from './access-token-issuer.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { resolveAccessTokensSettings } from './access-tokens.settings.js';
import type { AccessTokensOptions } from './access-tokens.options.js';
import { VerifiedTokens } from './verified-tokens.js';

const secret = '9Gq3rTz6mK1xWc8vYb5nJf2hLd7pSa4u';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

async function parties(options: AccessTokensOptions = {}, keys: KeysOptions = { privateKey }) {
  const findings = new ConfigurationFindings();
  const clock = new ManualClock();
  const keysSettings = resolveKeysSettings(keys, { production: false }, findings);
  const settings = resolveAccessTokensSettings(
    options,
    { issuer: 'https://issuer.example', audience: ['api', 'admin'] },
    findings,
  );
  findings.throwIfAny();
  const source = createKeySource(keysSettings, keyParts(clock));
  const ring = new KeyRing(keysSettings, source, clock, new AuthEvents());
  await ring.load();
  ring.close();
  const [known, issued] = [0, 1].map(() => new VerifiedTokens(settings, ring, clock)) as [
    VerifiedTokens,
    VerifiedTokens,
  ];
  return {
    clock,
    ring,
    known,
    // Each knows its own tokens only, as on two instances.
    issuer: new AccessTokenIssuer(settings, ring, clock, issued),
    verifier: new AccessTokenVerifier(settings, ring, known),
    issued,
  };
}

describe('access tokens', () => {
  it('[53] ends with its session, however long tokens live', async () => {
    const { issuer, clock } = await parties({ ttl: '15m' });
    const sessionEnd = clock.now() + 60_000;
    const issued = await issuer.issue({ ...grant, expiresBy: sessionEnd });
    expect(issued.principal.expiresAt).toBe(sessionEnd);
    const later = await issuer.issue({ ...grant, expiresBy: clock.now() + 86_400_000 });
    expect(later.expiresInSeconds).toBe(900);
  });

  it.each<[string, KeysOptions]>([
    ['ES256', { privateKey }],
    ['HS256', { secret }],
  ])('come back as the principal they were issued for (%s)', async (_, keys) => {
    const { issuer, verifier, clock } = await parties({}, keys);
    const { token, principal: issued, expiresInSeconds } = await issuer.issue(grant);
    const { tokenId, expiresAt } = issued;
    const principal = await verifier.verify(token);
    expect(issued).toEqual(principal);
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

  it('[11-D] carry how the user was identified, and what was chosen for the session', async () => {
    const { issuer, verifier } = await parties({ claims: () => ({ amr: ['none'], session_data: 'x' }) });
    const said = { amr: ['pwd', 'otp'], acr: 'silver', sessionData: { tenant: 'a' } };
    const { token } = await issuer.issue({ ...grant, ...said, claims: { acr: 'gold' } });
    const principal = await verifier.verify(token);
    expect(principal).toMatchObject(said);
    expect(principal.claims).toMatchObject({ amr: said.amr, acr: 'silver', session_data: { tenant: 'a' } });
    expect(Object.isFrozen(principal.sessionData)).toBe(true);
    const { token: plain } = await issuer.issue(grant);
    expect(await verifier.verify(plain)).toMatchObject({
      amr: undefined,
      acr: undefined,
      sessionData: undefined,
    });
  });

  it('[8693] carry who acts, and what they were made of', async () => {
    const { issuer, verifier } = await parties({ claims: () => ({ act: { sub: 'x' }, exchanged_from: [] }) });
    const act = { sub: 'client:gateway', act: { sub: 'client:before' } };
    const origin = { subject: 'bob', clientId: 'web', tokenId: 'a', sessionId: undefined, epoch: 3 };
    const exchangedFrom = [origin, { ...origin, sessionId: 's' }];
    const { token } = await issuer.issue({ ...grant, act, exchangedFrom });
    expect(await verifier.verify(token)).toMatchObject({
      actor: 'client:gateway',
      exchangedFrom,
      claims: { act },
    });
    const { principal } = await issuer.issue(grant);
    expect([principal.actor, principal.exchangedFrom, principal.claims['act']]).toEqual(
      Array(3).fill(undefined),
    );
    await expect(issuer.issue({ ...grant, act: { iss: 'x' } })).rejects.toThrow(
      'sub is missing or malformed',
    );
  });

  it('[11-D] carry what accessTokens.claims says, where the login said something else', async () => {
    const { issuer } = await parties({ claims: ({ claims }) => ({ plan: 'gold', was: claims?.['plan'] }) });
    const { principal } = await issuer.issue({ ...grant, claims: { plan: 'free', theme: 'dark' } });
    expect(principal.claims).toMatchObject({ plan: 'gold', was: 'free', theme: 'dark' });
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
    const { issuer, verifier, known, clock } = await parties();
    const { token } = await issuer.issue(grant);
    await verifier.verify(token);
    clock.advance(904_999);
    expect(known.find(token)).toBeDefined();
    clock.advance(1);
    expect(known.find(token)).toBeUndefined();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('are known at once the second time, and frozen', async () => {
    const { issuer, verifier, known } = await parties();
    const { token } = await issuer.issue(grant);
    expect(known.find(token)).toBeUndefined();
    const principal = await verifier.verify(token);
    expect(known.find(token)).toBe(principal);
    expect(verifier.counts).toEqual({ hits: 1, misses: 1 });
    expect(Object.isFrozen(principal.roles) && Object.isFrozen(principal.claims)).toBe(true);
  });

  it('are known to whom they were issued by, and never looked at again', async () => {
    const { issuer, issued, verifier } = await parties({
      claims: () => ({ at: '1970-01-01T00:00:00.000Z', none: undefined }),
    });
    const { token, principal } = await issuer.issue({ ...grant, claims: { tags: ['a'] } });
    expect(issued.find(token)).toBe(principal);
    expect(principal).toEqual(await verifier.verify(token));
    expect(principal.claims).toMatchObject({ at: '1970-01-01T00:00:00.000Z', tags: ['a'] });
    expect(Object.isFrozen(grant.roles)).toBe(false);
  });

  it.each([
    ['nest too deeply', { plan: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) as unknown }, TypeError],
    ['make the token too long', { plan: 'x'.repeat(10_000) }, RangeError],
  ])('are not issued with claims of the host that %s: nobody would accept them', async (_, claims, error) => {
    const { issuer } = await parties();
    await expect(issuer.issue({ ...grant, claims })).rejects.toThrow(error);
  });

  it('can do without the cache', async () => {
    const { issuer, verifier, known } = await parties({ cache: false });
    const { token } = await issuer.issue(grant);
    await verifier.verify(token);
    expect(known.find(token)).toBeUndefined();
  });
});
