import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../until.js';
import type { Pair, Recorder } from './recorder.js';
import type { Seeded } from './seeded.js';

const MOST_SESSIONS = 3;
const TABS = 2;
/** What is called by mistake or by a thief: so many of the last sessions that have ended. */
const REMEMBERED_ENDED = 5;
const REST_MS = 50;
const REST_AFTER_503_MS = 60;

/** A session as its owner's devices keep it: every pair that was answered, the newest last. */
interface Held {
  readonly pairs: Pair[];
}

/** Somebody with several sessions, who uses them from several tabs at once, and whose old tokens turn up now and then. */
export class Person {
  private readonly live: Held[] = [];
  private readonly ended: Held[] = [];
  private loginsUnderWay = 0;
  private logoutsUnderWay = 0;
  /** Logged out everywhere during a login: with a second time it would be answered 503, and there are enough of those. */
  private hasLeftAll = false;

  constructor(
    private readonly user: number,
    private readonly recorder: Recorder,
    private readonly random: Seeded,
  ) {}

  /** Goes on and on until told otherwise. */
  async act(isOver: () => boolean): Promise<void> {
    await Promise.all(Array.from({ length: TABS }, (_, tab) => this.tab(this.random.fork(tab), isOver)));
  }

  /** Uses all that should still be good, once at each instance, and refreshes it, until there is an answer. */
  async lookAtAll(): Promise<void> {
    const decided = (what: string, call: () => Promise<number>): Promise<void> =>
      until(`user ${this.user} has an answer to ${what}`, async () => (await call()) !== 503);
    for (const held of this.live.slice()) {
      for (const instance of [0, 1]) await decided('a use', () => this.use(held, newest(held), instance));
      await decided('a refresh', () => this.refreshOnce(held, newest(held), this.random.below(2)));
      await decided('the next use', () => this.use(held, newest(held), this.random.below(2)));
    }
    for (const held of this.ended.slice()) await decided('a last use', () => this.use(held, newest(held), 0));
  }

  private async tab(random: Seeded, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const status = await this.step(random);
      await pause(status === 503 ? REST_AFTER_503_MS : random.below(REST_MS));
    }
  }

  private async step(random: Seeded): Promise<number> {
    const held = random.pick(this.live);
    const dice = random.next();
    const instance = random.below(2);
    if (held === undefined || (this.live.length < MOST_SESSIONS && dice < 0.3)) return this.login(instance);
    if (dice < 0.62) return this.use(held, newest(held), instance);
    if (dice < 0.67) return this.use(held, random.pick(held.pairs)!, instance);
    if (dice < 0.72) return this.useEnded(random, instance);
    if (dice < 0.9) return this.refresh(held, newest(held), random);
    if (dice < 0.93) return this.refresh(held, held.pairs.at(-2) ?? newest(held), random);
    if (dice < 0.935) return this.refresh(held, random.pick(held.pairs)!, random);
    return this.leave(held, dice > 0.985, instance);
  }

  private async login(instance: number): Promise<number> {
    const username = `user-${this.user}`;
    this.loginsUnderWay += 1;
    const { status, pair } = await this.recorder.call(
      { user: this.user, instance, request: { do: 'login' } },
      { method: 'POST', path: '/auth/login', json: { username, password: passwordOf(username) } },
    );
    this.loginsUnderWay -= 1;
    this.mayLeaveAllAfter(status);
    if (pair !== undefined) this.live.push({ pairs: [pair] });
    return status;
  }

  private async use(held: Held, shown: Pair, instance: number): Promise<number> {
    const { session, generation, answer } = shown;
    const { status } = await this.recorder.call(
      { user: this.user, instance, request: { do: 'use', session, shown: { generation, answer } } },
      { method: 'GET', path: '/auth/me', token: shown.accessText },
    );
    if (status === 401 && shown === newest(held)) this.forget(held);
    return status;
  }

  private async useEnded(random: Seeded, instance: number): Promise<number> {
    const held = random.pick(this.ended);
    if (held === undefined) return 0;
    const pair = random.pick(held.pairs)!;
    return random.next() < 0.3 ? this.refreshOnce(held, pair, instance) : this.use(held, pair, instance);
  }

  /** Asks again as long as there is no answer, at the other instance each time. */
  private async refresh(held: Held, shown: Pair, random: Seeded): Promise<number> {
    let instance = random.below(2);
    for (let attempt = 0; ; attempt++) {
      const status = await this.refreshOnce(held, shown, instance);
      if (status !== 503 || random.next() < 0.1) return status;
      await pause(REST_AFTER_503_MS);
      instance = 1 - instance;
    }
  }

  private async refreshOnce(held: Held, shown: Pair, instance: number): Promise<number> {
    const { session, generation: presented } = shown;
    const { status, pair } = await this.recorder.call(
      { user: this.user, instance, request: { do: 'refresh', session, presented } },
      { method: 'POST', path: '/auth/refresh', json: { refresh_token: shown.refreshText } },
    );
    if (pair !== undefined) insert(held.pairs, pair);
    if (status === 400) this.forget(held);
    return status;
  }

  private async leave(held: Held, everywhere: boolean, instance: number): Promise<number> {
    const { session, generation, answer, accessText: token } = newest(held);
    const how = everywhere && !this.hasLeftAll ? 'logout-all' : 'logout';
    if (how === 'logout-all') this.hasLeftAll = true;
    this.logoutsUnderWay += 1;
    const { status } = await this.recorder.call(
      { user: this.user, instance, request: { do: how, session, shown: { generation, answer } } },
      { method: 'POST', path: `/auth/${how}`, token },
    );
    this.logoutsUnderWay -= 1;
    this.mayLeaveAllAfter(status);
    if (status === 204) for (const each of how === 'logout' ? [held] : [...this.live]) this.forget(each);
    return status;
  }

  /** What had no answer may still be done. */
  private mayLeaveAllAfter(status: number): void {
    if (status !== 503 && this.loginsUnderWay + this.logoutsUnderWay === 0) this.hasLeftAll = false;
  }

  private forget(held: Held): void {
    const place = this.live.indexOf(held);
    if (place < 0) return;
    this.live.splice(place, 1);
    this.ended.push(held);
    if (this.ended.length > REMEMBERED_ENDED) this.ended.shift();
  }
}

/** The password of somebody in these tests. */
export function passwordOf(username: string): string {
  return `${username}-password`;
}

function newest({ pairs }: Held): Pair {
  return pairs.at(-1)!;
}

/** Behind those it follows: answers may overtake each other. */
function insert(pairs: Pair[], pair: Pair): void {
  const isAfter = (one: Pair): boolean =>
    one.generation - pair.generation > 0 || (one.generation === pair.generation && one.answer > pair.answer);
  const place = pairs.findIndex(isAfter);
  pairs.splice(place < 0 ? pairs.length : place, 0, pair);
}
