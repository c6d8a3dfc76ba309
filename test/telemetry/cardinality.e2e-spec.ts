import { CredentialThrottle, type Login, TokenService } from 'nestjs-gatehouse';
import { AuthTelemetryModule } from 'nestjs-gatehouse/otel';
import { WindowStores } from '../../libs/auth/src/throttler/window-stores.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { Telemetry } from '../support/telemetry.js';

const USERS = 10_000;
const A_FEW = 20;
const TOGETHER = 499;

describe('[15] the number of time series', () => {
  let telemetry: Telemetry;
  let running: RunningApp;

  beforeAll(async () => {
    telemetry = Telemetry.start();
    running = await startApp({ logger: false, imports: [{ module: AuthTelemetryModule }] });
  });
  afterAll(async () => {
    await running.close();
    await telemetry.stop();
  });

  /** One user, by everything that says who: subject, client, address, name, key of a window. */
  const visit = async (user: number): Promise<void> => {
    const [tokens, throttle] = [running.app.get(TokenService), running.app.get(CredentialThrottle)];
    const login: Login = {
      subject: `user-${user}`,
      clientId: `client-${user}`,
      roles: [],
      authenticatedAt: Date.now(),
      device: {},
    };
    const { accessToken } = await tokens.login(login);
    await tokens.verify(accessToken);
    const ip = `10.${user >> 16}.${(user >> 8) & 255}.${user & 255}`;
    const window = { windowMs: 1000, limit: 1, blockMs: 0, cost: 1 };
    await running.app.get(WindowStores).requests.hit([{ name: 'default', key: `ip:${ip}`, ...window }]);
    if (user % 20 > 0) return;
    await tokens.refresh({ refreshToken: `nothing-${user}` }).catch(() => {});
    await (await throttle.begin(login.subject, ip)).failed();
  };

  const series = async (): Promise<string[]> => {
    const all = await telemetry.collect();
    return all.flatMap(({ descriptor: { name }, dataPoints }) =>
      dataPoints.map(({ attributes }) => `${name} ${JSON.stringify(attributes)}`),
    );
  };

  it(`stays what it is, whether ${A_FEW} users come or ${USERS}`, async () => {
    for (let user = 0; user < A_FEW; user++) await visit(user);
    const before = await series();
    for (let user = A_FEW; user < USERS; user += TOGETHER)
      await Promise.all(
        Array.from({ length: Math.min(TOGETHER, USERS - user) }, (_, at) => visit(user + at)),
      );
    const after = await series();
    expect(after.sort()).toEqual(before.sort());
    expect(after.length).toBeGreaterThan(20);
    expect(after.length).toBeLessThan(60);
    expect(await telemetry.sum('gatehouse.login.duration')).toBe(USERS);
    expect(after.join()).not.toMatch(/user-|client-|10\.\d/);
  });
});
