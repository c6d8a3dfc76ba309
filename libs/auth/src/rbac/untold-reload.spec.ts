import { Logger } from '@nestjs/common';
import { AuthEvents } from '../kernel/auth-events.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import type { AccessDefinition } from './graph/access-definition.js';
import { LiveRoleGraph } from './live-role-graph.js';
import { resolveRbacSettings } from './rbac.settings.js';
import { RoleGraphSignal, RoleSource } from './role-source.js';

class ChangingRoles extends RoleSource {
  private changes = 0;

  load(): Promise<AccessDefinition> {
    return Promise.resolve({ roles: { [`role${this.changes++}`]: {} } });
  }
}

/** Tells others, unless that fails. */
class FailingSignal extends RoleGraphSignal {
  fails = true;
  readonly asked: ('sent' | 'failed')[] = [];

  async send(): Promise<void> {
    this.asked.push(this.fails ? 'failed' : 'sent');
    if (this.fails) throw new Error('the store is away');
  }

  follow(): void {}
  close(): void {}
}

describe('LiveRoleGraph, when others can not be told of a reload', () => {
  const lines: unknown[] = [];
  let signal: FailingSignal;
  let live: LiveRoleGraph;

  beforeEach(async () => {
    jest.useFakeTimers();
    const settings = resolveRbacSettings({ source: new ChangingRoles() }, new ConfigurationFindings());
    signal = new FailingSignal();
    live = await LiveRoleGraph.start(settings, new AuthEvents(), signal);
    const note = (line: unknown): void => void lines.push(line);
    Logger.overrideLogger({ log: note, warn: note, error: note });
    expect((await live.reload()).verdict).toBe('reloaded');
  });
  afterEach(() => {
    live.onApplicationShutdown();
    Logger.overrideLogger(['error', 'warn', 'log']);
    jest.useRealTimers();
  });

  it('tells them as soon as it can, and says once that it could not and once that it has', async () => {
    await jest.advanceTimersByTimeAsync(60_000);
    // At once, and after 1, 3, 7, 15, 31 and 51 s.
    expect(signal.asked).toEqual(Array.from({ length: 7 }, () => 'failed'));
    signal.fails = false;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(signal.asked.slice(7)).toEqual(['sent']);
    expect(lines).toEqual([
      'role graph 2 is in force (1 roles)',
      expect.stringMatching(/^other instances could not be notified .*: the store is away$/),
      'other instances were notified of the new role graph',
    ]);
  });

  it('tells them once if another change came meanwhile', async () => {
    await live.reload();
    signal.fails = false;
    await live.reload();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(signal.asked).toEqual(['failed', 'failed', 'sent']);
  });

  it('tries no more after the end', async () => {
    live.onApplicationShutdown();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(signal.asked).toEqual(['failed']);
  });
});
