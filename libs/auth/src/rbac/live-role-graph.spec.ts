import { Logger } from '@nestjs/common';
import { AuthEvents } from '../kernel/auth-events.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { AccessControl } from './access-control.service.js';
import type { AccessDefinition } from './graph/access-definition.js';
import { AccessDefinitionError } from './graph/access-definition.error.js';
import { LiveRoleGraph } from './live-role-graph.js';
import { resolveRbacSettings } from './rbac.settings.js';
import { RoleSource } from './role-source.js';

/** A definition somebody can change; loads take as long as the test wants. */
class StoredRoles extends RoleSource {
  loads = 0;
  stored: unknown = grants('posts:read');
  gate: Promise<unknown> = Promise.resolve();
  private changed: (() => void) | undefined;

  async load(): Promise<AccessDefinition> {
    this.loads++;
    const seen = this.stored;
    await this.gate;
    if (seen instanceof Error) throw seen;
    return seen as AccessDefinition;
  }

  override watch(changed: () => void): () => void {
    this.changed = changed;
    return () => {
      this.changed = undefined;
    };
  }

  change(stored: unknown): void {
    this.stored = stored;
    this.changed?.();
  }
}

function grants(...permissions: string[]): AccessDefinition {
  return { roles: { user: { grants: permissions } } };
}

async function startWith(source: RoleSource, events = new AuthEvents()): Promise<LiveRoleGraph> {
  return LiveRoleGraph.start(resolveRbacSettings({ source }, new ConfigurationFindings()), events);
}

const user = { roles: ['user'] };

describe('LiveRoleGraph', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['error', 'warn', 'log']));

  it('stops the boot when the first definition is wrong or cannot be loaded', async () => {
    const source = new StoredRoles();
    source.stored = { roles: { a: { inherits: ['ghost'] } } };
    await expect(startWith(source)).rejects.toBeInstanceOf(AccessDefinitionError);
    source.stored = new Error('the database is away');
    await expect(startWith(source)).rejects.toThrow('the database is away');
  });

  it('puts a new graph in force, and says so', async () => {
    const events = new AuthEvents();
    const heard: unknown[] = [];
    events.on('roles.reloaded', (event) => heard.push(event));
    const source = new StoredRoles();
    const live = await startWith(source, events);
    const control = new AccessControl(live);
    expect(control.can(user, 'posts:write')).toBe(false);
    source.stored = grants('posts:write');
    expect(await live.reload()).toEqual({ verdict: 'reloaded', revision: 2 });
    expect([control.can(user, 'posts:write'), control.can(user, 'posts:read')]).toEqual([true, false]);
    expect(heard).toMatchObject([{ revision: 2, roles: 1 }]);
    live.onApplicationShutdown();
  });

  it('keeps the graph when nothing has changed, in whatever order it is stored', async () => {
    const source = new StoredRoles();
    source.stored = grants('a', 'b');
    const live = await startWith(source);
    const before = live.current;
    source.stored = grants('b', 'a');
    expect(await live.reload()).toEqual({ verdict: 'unchanged', revision: 1 });
    expect(live.current).toBe(before);
    live.onApplicationShutdown();
  });

  it.each<[string, unknown]>([
    ['a cycle', { roles: { user: { inherits: ['user'] } } }],
    ['a malformed grant', { roles: { user: { grants: ['not a name'] } } }],
    ['nothing', undefined],
    ['a source that fails', new Error('the database is away')],
  ])('keeps the last good graph in force on %s, raises an event and degrades health', async (_, bad) => {
    const events = new AuthEvents();
    const heard: { revision: number; error: string }[] = [];
    events.on('roles.reload_failed', (event) => heard.push(event));
    const source = new StoredRoles();
    const live = await startWith(source, events);
    const before = live.current;
    source.stored = bad;
    const outcome = await live.reload();
    expect(outcome).toMatchObject({ verdict: 'rejected', revision: 1, error: expect.any(Error) as Error });
    expect(live.current).toBe(before);
    expect(live.health()).toMatchObject({ status: 'degraded', revision: 1, failure: heard[0]?.error });
    source.stored = grants('posts:read');
    expect((await live.reload()).verdict).toBe('unchanged');
    expect(live.health()).toMatchObject({ status: 'up', failure: undefined });
    live.onApplicationShutdown();
  });

  it('loads once for all who ask during a load, and after they asked', async () => {
    const source = new StoredRoles();
    const live = await startWith(source);
    await live.reload();
    const loadsBefore = source.loads;
    let finishLoad = (): void => {};
    source.gate = new Promise<void>((resolve) => {
      finishLoad = resolve;
    });
    const first = live.reload();
    source.stored = grants('new:right');
    const later = [live.reload(), live.reload(), live.reload()];
    source.gate = Promise.resolve();
    finishLoad();
    expect((await first).verdict).toBe('unchanged');
    const verdicts = (await Promise.all(later)).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['reloaded', 'reloaded', 'reloaded']);
    expect(source.loads - loadsBefore).toBe(2);
    expect(live.current.can(['user'], 'new:right')).toBe(true);
    live.onApplicationShutdown();
  });

  it('follows what the source watches until shutdown', async () => {
    const source = new StoredRoles();
    const live = await startWith(source);
    await live.reload();
    source.change(grants('watched'));
    await live.reload();
    expect(live.current.can(['user'], 'watched')).toBe(true);
    live.onApplicationShutdown();
    const { loads } = source;
    source.change(grants('unwatched'));
    expect(source.loads).toBe(loads);
  });

  it('keeps what decorators ask for compiled in later graphs', async () => {
    const source = new StoredRoles();
    const live = await startWith(source);
    live.prepare(['posts:read', 'posts:write']);
    source.stored = grants('posts:write');
    await live.reload();
    expect(live.current.compiled).toEqual(['posts:read', 'posts:write']);
    live.onApplicationShutdown();
  });

  it('counts unknown roles over all graphs', async () => {
    const source = new StoredRoles();
    const live = await startWith(source);
    live.current.can(['ghost'], 'posts:read');
    source.stored = grants('posts:write');
    await live.reload();
    live.current.can(['ghost'], 'posts:read');
    expect(live.health().unknownRolesSeen).toBe(2);
    live.onApplicationShutdown();
  });

  it('never gives an answer of two graphs while reloading under load', async () => {
    // In every stored definition exactly one of `even` and `odd` has all of a thousand rights.
    const rights = Array.from({ length: 1000 }, (_, at) => `thing${at}:use`);
    const world = (turn: number): AccessDefinition => ({
      roles: {
        even: { inherits: turn % 2 === 0 ? ['all'] : [] },
        odd: { inherits: turn % 2 === 1 ? ['all'] : [] },
        all: { grants: rights },
      },
    });
    const source = new StoredRoles();
    source.stored = world(0);
    const live = await startWith(source);
    let checks = 0;
    const load = new AbortController();
    const check = async (): Promise<void> => {
      while (!load.signal.aborted) {
        const graph = live.current;
        const even = graph.can(['even'], 'thing0:use');
        await new Promise((resolve) => setImmediate(resolve));
        for (let at = 0; at < rights.length; at += 97) {
          expect(graph.can(['even'], rights[at] ?? '')).toBe(even);
          expect(graph.can(['odd'], rights[at] ?? '')).toBe(!even);
          checks++;
        }
      }
    };
    const checking = Promise.all([check(), check(), check(), check()]);
    for (let turn = 1; turn <= 40; turn++) {
      source.stored = turn % 5 === 0 ? { roles: { even: { inherits: ['ghost'] } } } : world(turn);
      source.gate = new Promise((resolve) => setImmediate(resolve));
      await live.reload();
    }
    load.abort();
    await checking;
    expect(checks).toBeGreaterThan(100);
    live.onApplicationShutdown();
  });
});
