import { Logger } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Throttle } from '@nestjs/throttler';
import { AuthError } from '../../kernel/auth-error.js';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { GatehouseThrottlerGuard, GatehouseUserThrottlerGuard } from './gatehouse-throttler.guard.js';
import { MemorySlidingWindowStore } from '../sliding-window/memory-sliding-window.store.js';
import { ThrottleCost } from './throttle-cost.decorator.js';
import { resolveThrottlerSettings, type ThrottlerOptions } from '../throttler.settings.js';
import { WindowStores } from '../window-stores.js';

class Handlers {
  handle(): void {}
}

type Guard = typeof GatehouseThrottlerGuard;

function guardOf(throttler: Partial<ThrottlerOptions>, Stage: Guard = GatehouseThrottlerGuard) {
  const findings = new ConfigurationFindings();
  const settings = resolveThrottlerSettings(
    { throttlers: [{ limit: 1, ttl: '60s', ...throttler }] },
    findings,
  );
  findings.throwIfAny();
  const clock = new ManualClock();
  return new Stage(settings, new WindowStores(new MemorySlidingWindowStore(clock), clock, settings));
}

function callOf(type: string, args: unknown[]): ExecutionContextHost {
  const context = new ExecutionContextHost(args, Handlers, Handlers.prototype.handle);
  context.setType(type);
  return context;
}

const principal = { subject: 'user-1' };
const calls = {
  http: () => callOf('http', [{ ip: '192.0.2.1', headers: {} }, response()]),
  graphql: () => callOf('graphql', [{}, {}, { req: { ip: '192.0.2.1' } }, {}]),
  'graphql without a request': () => callOf('graphql', [{}, {}, {}, {}]),
  'graphql without a context': () => callOf('graphql', [{}, {}]),
  ws: () => callOf('ws', [{ id: 'socket' }, {}]),
  'ws, logged in': () => callOf('ws', [{ id: 'socket', user: principal }, {}]),
  rpc: () => callOf('rpc', [{}, { getPattern: () => 'sum' }]),
  'rpc without a context': () => callOf('rpc', [{}]),
  'a transport nobody knows': () => callOf('pigeon-post', []),
};
type Call = keyof typeof calls;

function response() {
  return { getHeader: () => undefined, header: () => undefined };
}

/** What the guard answers to the second call of two when one fits. */
async function secondOf(guard: GatehouseThrottlerGuard, call: Call): Promise<'limited' | 'skipped'> {
  expect(await guard.canActivate(calls[call]())).toBe(true);
  try {
    expect(await guard.canActivate(calls[call]())).toBe(true);
    return 'skipped';
  } catch (error) {
    expect(error).toBeInstanceOf(AuthError);
    expect(error).toMatchObject({ code: 'quota_exceeded', options: { retryAfterSeconds: 60 } });
    return 'limited';
  }
}

describe('GatehouseThrottlerGuard on every transport', () => {
  it.each<[Call, 'limited' | 'skipped']>([
    ['http', 'limited'],
    ['graphql', 'limited'],
    ['graphql without a request', 'skipped'],
    ['graphql without a context', 'skipped'],
    ['ws', 'skipped'],
    ['rpc', 'skipped'],
    ['rpc without a context', 'skipped'],
    ['a transport nobody knows', 'skipped'],
  ])('by address, %s: %s', async (call, expected) => {
    expect(await secondOf(guardOf({}), call)).toBe(expected);
  });

  it.each<[Call, 'limited' | 'skipped']>([
    ['http', 'limited'],
    ['ws', 'skipped'],
    ['ws, logged in', 'limited'],
  ])('by user, %s: %s', async (call, expected) => {
    expect(await secondOf(guardOf({ by: 'user' }, GatehouseUserThrottlerGuard), call)).toBe(expected);
  });

  it.each(Object.keys(calls) as Call[])('a configured tracker limits %s', async (call) => {
    expect(await secondOf(guardOf({ getTracker: () => 'everybody' }), call)).toBe('limited');
  });

  it('a tracker that finds nobody skips', async () => {
    expect(await secondOf(guardOf({ getTracker: async () => undefined }), 'http')).toBe('skipped');
  });
});

describe('GatehouseThrottlerGuard', () => {
  it('a dry run refuses nobody', async () => {
    expect(await secondOf(guardOf({ dryRun: true }), 'http')).toBe('skipped');
  });

  it('awaits skipIf', async () => {
    expect(await secondOf(guardOf({ skipIf: async () => true }), 'http')).toBe('skipped');
    expect(await secondOf(guardOf({ skipIf: async () => false }), 'http')).toBe('limited');
  });

  it.each([Number.NaN, -1, Infinity, 'many' as unknown as number])(
    'a limit function that answers %s is an error of the host, not a limit',
    async (value) => {
      await expect(guardOf({ limit: () => value }).canActivate(calls.http())).rejects.toThrow(RangeError);
    },
  );

  it('counts what a subclass says, and not where it says to skip', async () => {
    class OneForAll extends GatehouseThrottlerGuard {
      protected override async getTracker(): Promise<string> {
        return 'all';
      }
    }
    class Never extends GatehouseThrottlerGuard {
      protected override async shouldSkip(): Promise<boolean> {
        return true;
      }
    }
    const guard = guardOf({}, OneForAll);
    await guard.canActivate(callOf('http', [{ ip: '192.0.2.1' }, response()]));
    await expect(guard.canActivate(callOf('http', [{ ip: '192.0.2.2' }, response()]))).rejects.toThrow(
      'Try again',
    );
    expect(await secondOf(guardOf({}, Never), 'http')).toBe('skipped');
  });

  it('warns once of a route that asks for a throttler nobody configured', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    class Misspelt {
      @Throttle({ defualt: { limit: 1, ttl: 1000 } })
      handle(): void {}
    }
    const guard = guardOf({ limit: 10 });
    const call = () =>
      new ExecutionContextHost([{ ip: '192.0.2.1' }, response()], Misspelt, Misspelt.prototype.handle);
    await guard.canActivate(call());
    await guard.canActivate(call());
    expect(warn.mock.calls).toEqual([[expect.stringContaining('Misspelt.handle asks for a throttler')]]);
    warn.mockRestore();
  });

  it('asks a hook that is mocked after the first call', async () => {
    const guard = guardOf({ limit: 1 });
    const call = () => callOf('http', [{ ip: '192.0.2.1' }, response()]);
    expect(await guard.canActivate(call())).toBe(true);
    jest
      .spyOn(guard as unknown as { getTracker(): Promise<string> }, 'getTracker')
      .mockResolvedValue('somebody');
    expect(await guard.canActivate(call())).toBe(true);
  });

  it('warns once of a call that costs more than the limit', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    class Dear {
      @ThrottleCost(2)
      handle(): void {}
    }
    const guard = guardOf({});
    const call = () =>
      new ExecutionContextHost([{ ip: '192.0.2.1' }, response()], Dear, Dear.prototype.handle);
    expect(() => guard.canActivate(call())).toThrow('Try again');
    expect(() => guard.canActivate(call())).toThrow('Try again');
    expect(warn.mock.calls).toEqual([[expect.stringContaining('it never passes')]]);
    warn.mockRestore();
  });
});
