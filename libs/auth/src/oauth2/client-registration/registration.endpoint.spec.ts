import { randomBytes } from 'node:crypto';
import { AuthEvents } from '../../kernel/auth-events.js';
import { LastingSecret } from '../../secret/lasting-secret.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { RegisteredClientIds } from './registered-client-ids.js';
import { RegisteredClients } from './registered-clients.js';
import { RegistrationEndpoint } from './registration.endpoint.js';
import { MemoryClientRegistry } from '../clients/memory-client.registry.js';

describe('RegistrationEndpoint', () => {
  const clock = new ManualClock();
  const ids = new RegisteredClientIds(new LastingSecret([randomBytes(32)]), clock);
  const scope = ['articles:read'];
  const body = { redirect_uris: ['https://app.test/callback'], dpop_bound_access_tokens: true };
  const register = (takesProofs: boolean, metadata: object) =>
    new RegistrationEndpoint(ids, { scope, ttlMs: 60_000, takesProofs }, clock, new AuthEvents()).register({
      headers: { 'content-type': 'application/json' },
      body: metadata,
    });

  it('[9449-40] remembers in the id that tokens are bound to a key', async () => {
    const clients = new RegisteredClients(new MemoryClientRegistry([]), ids, scope);
    for (const isBound of [true, false]) {
      const answer = register(true, { ...body, dpop_bound_access_tokens: isBound });
      expect(answer['dpop_bound_access_tokens']).toBe(isBound ? true : undefined);
      expect(await clients.find(String(answer['client_id']))).toMatchObject({
        dpopBoundAccessTokens: isBound,
      });
    }
  });

  it('[9449-40] registers nobody who could get no token, since proofs are not looked at', () => {
    expect(() => register(false, body)).toThrow(
      expect.objectContaining({
        occurrence: expect.objectContaining({ oauthError: 'invalid_client_metadata' }),
      }),
    );
    expect(register(false, { ...body, dpop_bound_access_tokens: false })).toHaveProperty('client_id');
  });
});
