import { ISSUER, platforms } from '../support/app/start-app.js';
import {
  begin,
  CALLBACK,
  sentTo,
  service,
  soundRequest,
  TestInteraction,
  webClient,
} from '../support/oauth2/authorizations.js';
import { OAuthStand } from '../support/oauth2/oauth-stand.js';

describe.each(platforms)('authorization endpoint on %s', (platform) => {
  const interaction = new TestInteraction();
  let stand: OAuthStand;

  beforeAll(async () => {
    stand = await OAuthStand.start({
      platform,
      options: { throttler: false },
      oauth: { clients: [webClient], interaction: { useValue: interaction } },
    });
  });
  afterAll(() => stand.close());

  it('[6749-3] sends the browser to the page of the host, which learns what is asked for', async () => {
    const { answer, handle, browser } = await begin(stand, { login_hint: 'ada@example.test' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/consent?request=${handle}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-gatehouse_authorization=[\w-]{43}; Max-Age=1200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    const expected = {
      handle,
      client: { id: webClient.id, name: 'The Web App', isFirstParty: false },
      redirectUri: CALLBACK,
      scope: ['articles:read'],
      loginHint: 'ada@example.test',
      expiresAt: expect.any(Number) as number,
    };
    expect(interaction.asked.at(-1)).toEqual(expected);
    expect(await service(stand.running).read(handle, browser)).toEqual(expected);
  });

  it('[9207-29] [6749-7] hands a code over once the user agrees', async () => {
    const { handle, browser } = await begin(stand);
    const url = await service(stand.running).approve(handle, browser, {
      user: { subject: 'ada', roles: ['reader'] },
      authenticatedAt: Date.now(),
      scope: ['articles:read'],
    });
    const { to, answer } = sentTo(url);
    expect(to).toBe('https://app.test/callback');
    expect(url.startsWith(`${CALLBACK}&code=`)).toBe(true);
    expect(answer).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/) as string,
      state: soundRequest['state'],
      iss: ISSUER,
    });
  });
});
