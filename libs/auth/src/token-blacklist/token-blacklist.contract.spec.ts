import { type RunningMedium, sessionMedia } from '../../../../test/support/sessions/session-media.js';
import { tokenBlacklistContract } from './token-blacklist.contract.js';
import type { RevocableToken, TokenBlacklistStore } from './token-blacklist.store.js';

// Longer than any call to a store may be on its way.
const MINUTE_MS = 60_000;

const REVOCATIONS: readonly [string, (store: TokenBlacklistStore, name: string) => Promise<unknown>][] = [
  ['revokeSubject', (store, name) => store.revokeSubject(name)],
  ['expireAccessTokens', (store, name) => store.expireAccessTokens(name)],
  ['revokeClient', (store, name) => store.revokeClient(name)],
  ['revokeEverything', (store) => store.revokeEverything()],
];

describe.each(sessionMedia)('[04-9] the token blacklist store on $name', ({ start }) => {
  let medium: RunningMedium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it.each(tokenBlacklistContract)('$name', ({ run }) => run(medium.harness()));

  it.each(REVOCATIONS)(
    '[11-F] refuses a credential asked about by its age after a %s since, and after none before',
    async (verb, revoke) => {
      const { blacklist, advance } = medium.harness();
      const credential = (subject: string): RevocableToken => {
        const none = { sessionId: undefined, epoch: undefined };
        return { ...none, subject, clientId: subject, tokenId: `key of ${subject}`, scheme: 'Key' };
      };
      const [mine, other] = [credential('ada'), credential('bob')];
      expect(await blacklist.isRevoked({ ...mine, ageMs: MINUTE_MS })).toBe(false);
      await revoke(blacklist, 'ada');
      advance(MINUTE_MS);
      expect(await blacklist.isRevoked(mine)).toBe(false);
      expect(await blacklist.isRevoked({ ...mine, ageMs: MINUTE_MS + 1 })).toBe(true);
      expect(await blacklist.isRevoked({ ...mine, ageMs: 1 })).toBe(false);
      const isOfAll = verb === 'revokeEverything';
      expect(await blacklist.isRevoked({ ...other, ageMs: MINUTE_MS + 1 })).toBe(isOfAll);
    },
  );
});
