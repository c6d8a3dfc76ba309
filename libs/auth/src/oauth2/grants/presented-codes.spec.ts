import type { AuthorizationCodeStore } from '../../authorization-codes/authorization-code.store.js';
import { type AuthEventMap, AuthEvents } from '../../kernel/auth-events.js';
import { ManualClock } from '../../testing/manual-clock.js';
import type { TokenBlacklistService } from '../../token-blacklist/token-blacklist.service.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import type { OAuthRequest } from '../oauth-request.js';
import { PresentedCodes } from './presented-codes.js';

const client = { id: 'web' } as OAuthClient;
const request = { device: { ip: '192.0.2.1' } } as OAuthRequest;

describe('PresentedCodes', () => {
  it('[15] ends a session at each second use of its code, and tells of it once a second', async () => {
    const clock = new ManualClock();
    const events = new AuthEvents(undefined, { clock });
    const heard: AuthEventMap['authorization-code.reuse'][] = [];
    events.on('authorization-code.reuse', (record) => heard.push(record));
    const recall = (sessionId: string) => Promise.resolve({ verdict: 'used', clientId: 'web', sessionId });
    const revoked: string[] = [];
    const revokeSession = (sessionId: string) => Promise.resolve(void revoked.push(sessionId));
    const codes = new PresentedCodes(
      { recall } as unknown as AuthorizationCodeStore,
      { revokeSession } as unknown as TokenBlacklistService,
      events,
    );
    const reuse = (sessionId: string) =>
      expect(codes.recall(sessionId, client, request)).rejects.toMatchObject({ code: 'invalid_grant' });
    for (let use = 0; use < 50; use += 1) await reuse('one');
    await reuse('other');
    clock.advance(1000);
    await reuse('one');
    expect(heard.map(({ sessionId, suppressed }) => [sessionId, suppressed])).toEqual([
      ['one', undefined],
      ['other', 49],
      ['one', undefined],
    ]);
    expect(revoked).toHaveLength(52);
  });
});
