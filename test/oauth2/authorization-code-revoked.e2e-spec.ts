import { SessionService, TokenBlacklistService } from 'nestjs-gatehouse';
import { AuthorizationCodeStore } from '../../libs/auth/src/authorization-codes/authorization-code.store.js';
import { everywhere } from '../support/app/stores.js';
import { type CodeStand, otherApp, startCodeStand, webApp } from '../support/oauth2/code-stand.js';

const refused = { status: 400, body: { error: 'invalid_grant' } };

describe.each(everywhere)('between approval and redemption, on $platform and $medium', (place) => {
  let stand: CodeStand;

  beforeAll(async () => {
    stand = await startCodeStand({ ...place, logger: false });
  });
  afterEach(() => {
    stand.users.isGone = false;
  });
  afterAll(() => stand.stop());

  const blacklist = () => stand.app.app.get(TokenBlacklistService);

  it.each<[string, (subject: string, sessionId: string) => Promise<void>]>([
    ['a user who was disabled', (subject) => blacklist().revokeSubject(subject)],
    [
      'a user who was logged out everywhere',
      (subject) => stand.app.app.get(SessionService).revokeAll(subject),
    ],
    ['a client that was revoked', () => blacklist().revokeClient(webApp.id)],
    ['everybody, once everything was revoked', () => blacklist().revokeEverything()],
    ['a session that was ended under its name', (_, sessionId) => blacklist().revokeSession(sessionId)],
  ])('[6749-5] %s gets nothing', async (_, revoke) => {
    const login = { subject: 'user-eve' };
    const { form, sessionId } = await stand.issue({ login });
    await revoke(login.subject, sessionId);
    expect(await stand.redeem(form, webApp, 'other')).toMatchObject(refused);
    const sessions = await stand.app.app.get(SessionService).list(login.subject);
    expect(sessions).toEqual([]);
    const later = await stand.issue({ login });
    expect((await stand.redeem(later.form)).status).toBe(200);
    await blacklist().revokeSubject(login.subject);
  });

  it('[12] a user who is nobody any more gets nothing', async () => {
    const { form } = await stand.issue();
    stand.users.isGone = true;
    expect(await stand.redeem(form)).toMatchObject(refused);
  });

  it('a revocation of somebody else is nothing to it', async () => {
    const { form } = await stand.issue();
    await blacklist().revokeSubject('user-bob');
    await blacklist().revokeClient(otherApp.id);
    expect((await stand.redeem(form)).status).toBe(200);
  });

  it('[6749-5] a use that overtakes the first one keeps its session from being opened', async () => {
    const { form, code } = await stand.issue();
    const codes = stand.app.app.get(AuthorizationCodeStore);
    const redeem = codes.redeem.bind(codes);
    // Between the two steps of the first use another one is refused, and ends the session that isn't there yet.
    codes.redeem = async (...given) => {
      codes.redeem = redeem;
      const redeemed = await redeem(...given);
      expect(await stand.redeem(form, webApp, 'other')).toMatchObject(refused);
      return redeemed;
    };
    expect(await stand.redeem(form)).toMatchObject(refused);
    expect(await codes.recall(code)).toMatchObject({ verdict: 'used' });
  });
});
