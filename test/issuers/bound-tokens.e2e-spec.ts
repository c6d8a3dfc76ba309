import { type RunningApp, platforms } from '../support/app/start-app.js';
import { Client } from '../support/app/client.js';
import { DPoPCaller } from '../support/dpop/dpop-caller.js';
import { holder, thumbprintOf } from '../support/dpop/proofs.js';
import type { IdentityProvider } from '../support/tokens/identity-provider.js';
import { accessToken, startIssuer, startService, statusOf } from './logout-service.js';

describe.each(platforms)('[9449-41] tokens of another issuer that are bound to a key, on %s', (platform) => {
  let idp: IdentityProvider;
  let service: RunningApp;
  let without: RunningApp;

  beforeAll(async () => {
    idp = await startIssuer();
    service = await startService(idp, { platform, dpop: { baseUrl: 'https://auth.test' } });
    without = await startService(idp, { platform });
  });
  afterAll(() => Promise.all([service.close(), without.close()]));

  const ada = holder();
  const boundTo = (cnf: object): string => accessToken(idp, { cnf, typ: 'DPoP' });
  const statusAt = async ({ url }: RunningApp, token: string, by = ada): Promise<number> =>
    (await new DPoPCaller(url, by).call('/home', token)).status;

  it('are good with a proof of the key, and with nothing else', async () => {
    const token = boundTo({ jkt: thumbprintOf(ada) });
    expect(await statusAt(service, token)).toBe(200);
    expect(await statusOf(service.url, token)).toBe(401);
    expect(await statusAt(service, token, holder())).toBe(401);
    const headers = { authorization: `DPoP ${token}` };
    expect((await new Client(service.url).send('GET', '/home', { headers })).status).toBe(401);
  });

  it('are refused where nobody looks at proofs, and where something else is to be proved', async () => {
    const token = boundTo({ jkt: thumbprintOf(ada) });
    expect([await statusAt(without, token), await statusOf(without.url, token)]).toEqual([401, 401]);
    const certified = boundTo({ jkt: thumbprintOf(ada), 'x5t#S256': thumbprintOf(ada) });
    expect([await statusAt(service, certified), await statusOf(service.url, certified)]).toEqual([401, 401]);
  });
});
