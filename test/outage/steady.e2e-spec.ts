import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Client, type TokenPair } from '../support/app/client.js';
import { reap, unreap } from '../support/reaper.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { persist } from './unavailable.js';

const CYCLES = 8;
/** Looks that make a baseline. */
const LOOKS = 20;

/** How long it may take to let go of everything; what is never let go of fails then. */
const PATIENCE_MS = 15_000;

/** Name → how many. */
type Held = Record<string, number>;

/** One question at a time. */
async function ask<Answer>(child: ChildProcess, what: string): Promise<Answer> {
  const answered = once(child, 'message');
  child.send({ what });
  const [{ answer }] = (await answered) as [{ answer: Answer }];
  return answer;
}

/** A process of its own, so that what Jest holds isn't counted. */
class SteadyHost {
  private constructor(
    private readonly child: ChildProcess,
    readonly client: Client,
  ) {}

  static async start(url: string): Promise<SteadyHost> {
    const child = fork(join(__dirname, 'steady-host.mjs'), [url], { execArgv: ['--expose-gc'] });
    const { pid } = child;
    if (pid !== undefined) reap(pid);
    child.once('exit', () => pid !== undefined && unreap(pid));
    return new SteadyHost(child, new Client(await ask<string>(child, 'url')));
  }

  held(): Promise<Held> {
    return ask(this.child, 'held');
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

describe('an app that outlives outages', () => {
  let redis: StandaloneRedis;
  let host: SteadyHost;

  beforeAll(async () => {
    redis = await startStandalone({ config: { appendonly: 'yes', appendfsync: 'always' } });
    host = await SteadyHost.start(redis.url);
  });
  afterAll(async () => {
    await host?.stop();
    await redis?.stop();
  });

  const login = (password: string) => host.client.post('/auth/login', { username: 'demo', password });

  /** One of each: what is refused must leave nothing behind either. @returns the statuses */
  async function useEverything(tokens: TokenPair): Promise<readonly number[]> {
    const { client } = host;
    const answers = await Promise.all<{ readonly status: number }>([
      login('demo-password'),
      login('wrong'),
      client.get('/auth/me', tokens.access_token),
      client.get('/auth/me', 'no-token'),
      client.get('/auth/sessions', tokens.access_token),
      client.refresh(tokens.refresh_token),
    ]);
    return answers.map(({ status }) => status);
  }

  async function logIn(): Promise<TokenPair> {
    const { body } = await persist(() => login('demo-password'));
    return body as unknown as TokenPair;
  }

  /** Redis is gone twice, and people go on calling. */
  async function cycle(): Promise<void> {
    const tokens = await logIn();
    await redis.kill();
    for (let round = 0; round < 3; round++) expect(await useEverything(tokens)).toContain(503);
    await redis.restart();
    await persist(() => host.client.get('/auth/me', tokens.access_token));
    await redis.hang();
    await until('the hang is felt', async () => (await useEverything(tokens)).includes(503));
    await useEverything(tokens);
    await redis.resume();
    const again = await logIn();
    await persist(() => host.client.post('/auth/logout', undefined, again.access_token));
  }

  const connections = async (): Promise<number> =>
    String(await redis.nodes[0]!.command('client', 'list')).match(/cmd=(?!client)/g)?.length ?? 0;
  const look = async (): Promise<Held> => ({ ...(await host.held()), redis: await connections() });

  /** The least that it holds of each: while it does something in the background it holds a little more. */
  async function baseline(): Promise<Held> {
    const looks: Held[] = [];
    await until('there are enough looks', async () => looks.push(await look()) >= LOOKS);
    const names = new Set(looks.flatMap((each) => Object.keys(each)));
    const least = (name: string): number => Math.min(...looks.map((each) => each[name] ?? 0));
    return Object.fromEntries(
      [...names].map((name) => [name, least(name)]).filter(([, count]) => count !== 0),
    );
  }

  it(`[10-21] holds after ${CYCLES} of them what it held before: timers, handles, listeners, connections`, async () => {
    // What is made at the first outage, once, is part of the baseline.
    await cycle();
    const before = await baseline();
    for (let round = 0; round < CYCLES; round++) await cycle();
    let found: object = {};
    const isAsBefore = async (): Promise<boolean> => {
      found = differences(before, await look());
      return isDeepStrictEqual(found, {});
    };
    await until('it holds what it held before', isAsBefore, PATIENCE_MS).catch(() => {});
    expect(found).toEqual({});
  });
});

/** What is held in excess; of listeners and connections also what is missing, since then something isn't looked after. */
function differences(before: Held, after: Held): Record<string, string> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => {
    const change = (after[name] ?? 0) - (before[name] ?? 0);
    return change > 0 || (change < 0 && /listeners|redis/.test(name));
  });
  return Object.fromEntries(changed.map((name) => [name, `${before[name] ?? 0} -> ${after[name] ?? 0}`]));
}
