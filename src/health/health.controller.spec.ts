import type { GatehouseHealth, HealthReport } from 'nestjs-gatehouse';
import { HealthController } from './health.controller.js';

const reason = 'Redis: no connection (ECONNREFUSED)';

/** A report with one component that isn't up. */
function reportOf(status: HealthReport['status']): HealthReport {
  const up = { status: 'up' } as const;
  const store = { status, medium: 'redis', ...(status !== 'up' && { reason, since: 1 }) } as const;
  return { status, components: { store, keys: up, rbac: up, throttler: up } };
}

async function ask(status: HealthReport['status'], isEnding = false) {
  const controller = new HealthController({ check: async () => reportOf(status) } as GatehouseHealth);
  if (isEnding) controller.beforeApplicationShutdown();
  const answer: { code: number; headers: Record<string, string> } = { code: 200, headers: {} };
  const body = await controller.ready({
    status: (code) => (answer.code = code),
    header: (name, value) => (answer.headers[name] = value),
  });
  return { ...answer, body: JSON.parse(JSON.stringify(body)) as unknown };
}

describe('GET /health/ready', () => {
  it.each([
    ['up', 200, {}],
    ['degraded', 200, {}],
    ['down', 503, { 'Retry-After': '5' }],
  ] as const)('answers %s with %i', async (status, code, headers) => {
    const components = { store: status, keys: 'up', rbac: 'up', throttler: 'up' };
    expect(await ask(status)).toEqual({ code, headers, body: { status, components } });
  });

  it('answers 503 while the app ends', async () => {
    expect(await ask('up', true)).toMatchObject({ code: 503, body: { status: 'down' } });
  });

  it('tells the public no reason', async () => {
    expect(JSON.stringify(await ask('down'))).not.toContain('Redis');
  });
});
