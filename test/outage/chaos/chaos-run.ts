import { join } from 'node:path';
import { SampleApp, scratchDirectory } from '../../sample/sample-app.js';
import { faultsOf } from '../../support/chaos/check-history.js';
import { durationsOf } from '../../support/chaos/durations.js';
import { troublesOf, wrongLines } from '../../support/chaos/log-lines.js';
import type { Operation } from '../../support/chaos/operation.js';
import { passwordOf, Person } from '../../support/chaos/person.js';
import { hasRepeatedLogouts, LOGGED_OUT_AGAIN } from '../../support/chaos/repeated-logouts.js';
import { Recorder } from '../../support/chaos/recorder.js';
import type { SessionTerms } from '../../support/chaos/session-world.js';
import { Seeded } from '../../support/chaos/seeded.js';
import type { Fault, Stage } from '../../support/redis/faults/index.js';
import { until } from '../../support/until.js';

const PEOPLE = 14;
const SCRIPT = join(__dirname, 'instance.mjs');
const INSTANCES = ['express', 'fastify'];
/** An outage is over when nothing was refused for so long. */
const OUTAGE_OVER_AFTER_MS = 1_000;
/** Calls that succeed before the next fault may begin, and calls that have to feel it. */
const CALM_CALLS = 80;
const FELT_CALLS = 25;

/** What the app is set up with, and what may go unnoticed on its servers. */
export const TERMS = { reuseWindowMs: 1_000, usesMayBeLost: false };

/** Two instances on one Redis, and people who use both of them while it fails. */
export class ChaosRun {
  private faults = 0;
  private isOver = false;
  private readonly people: readonly Person[];
  private readonly acting: Promise<unknown>;
  private readonly saidBefore: readonly number[];

  private constructor(
    private readonly apps: readonly SampleApp[],
    private readonly recorder: Recorder,
    private readonly stage: Stage,
    seed: number,
  ) {
    const random = new Seeded(seed);
    this.people = Array.from({ length: PEOPLE }, (_, user) => new Person(user, recorder, random.fork(user)));
    this.acting = Promise.all(this.people.map((person) => person.act(() => this.isOver)));
    this.acting.catch(() => {});
    this.saidBefore = apps.map((app) => app.output().length);
  }

  static async start(stage: Stage, seed: number): Promise<ChaosRun> {
    const cwd = scratchDirectory();
    const env = { REDIS_URL: stage.url, REUSE_WINDOW: `${TERMS.reuseWindowMs}ms` };
    const apps = await Promise.all(
      INSTANCES.map((PLATFORM) => SampleApp.start({ PLATFORM, ...env }, cwd, SCRIPT)),
    );
    return new ChaosRun(apps, new Recorder(apps.map((app) => app.url)), stage, seed);
  }

  /**
   * Lets people work for a while, has the fault begin and end, and waits until nobody feels it any more.
   * @param fault on servers that are well again by themselves it is over at once, so that first calls have to be refused
   */
  async suffer(fault: Fault): Promise<void> {
    const { name, media } = fault;
    await this.untilAnswered(`all is well before: ${name}`, performance.now(), CALM_CALLS, isDecided);
    const beganAt = performance.now();
    await fault.begin(this.stage);
    if (media.includes('standalone'))
      await this.untilAnswered(`it is felt: ${name}`, beganAt, FELT_CALLS, isRefused);
    await fault.end(this.stage);
    const endedAt = performance.now();
    await until(`all is well after: ${name}`, () => this.isWell(endedAt));
    this.recorder.noteFault({ name, beganAt, settledAt: performance.now() });
    this.faults += 1;
  }

  /** Has everybody look at what should still be good. @returns what was wrong, with the pieces that show it */
  async finish(terms: SessionTerms = TERMS): Promise<readonly string[]> {
    this.isOver = true;
    await this.acting;
    await Promise.all(this.people.map((person) => person.lookAtAll()));
    return [...faultsOf(this.recorder.history, terms), ...this.wrongLogs()];
  }

  /** How long decisions took. */
  report(): string {
    return durationsOf(this.recorder.history);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.acting.catch(() => {});
    await Promise.all(this.apps.map((app) => app.stop()));
  }

  /** At each instance. */
  private untilAnswered(
    what: string,
    since: number,
    count: number,
    how: (operation: Operation) => boolean,
  ): Promise<void> {
    return until(what, () => {
      const answered = this.recorder.since(since).filter(how);
      return INSTANCES.every((_, at) => answered.filter(({ instance }) => instance === at).length >= count);
    });
  }

  /** Whether everybody was let in again by each instance, with a read and with a write, and not refused afterwards. */
  private isWell(since: number): boolean {
    const isLetIn = new Map<string, boolean>();
    for (const operation of this.recorder.since(since)) {
      const writes = operation.request.do !== 'use';
      isLetIn.set([operation.user, operation.instance, writes].join(), isDecided(operation));
    }
    const answers = [...isLetIn.values()];
    return answers.length === PEOPLE * INSTANCES.length * 2 && answers.every(Boolean);
  }

  /** Faults, and refusals of an instance that had another reason: on a busy machine a deadline may pass without one. */
  private outagesSeen(place: number): number {
    let last = Number.NEGATIVE_INFINITY;
    const refused = this.recorder.since(0).filter((each) => each.instance === place && isRefused(each));
    const bursts = refused.filter(({ completedAt }) => {
      const isNew = completedAt - last > OUTAGE_OVER_AFTER_MS;
      last = completedAt;
      return isNew;
    });
    return this.faults + bursts.length;
  }

  private wrongLogs(): readonly string[] {
    const passwords = this.people.map((_, user) => passwordOf(`user-${user}`));
    const isExplained = hasRepeatedLogouts(this.recorder.history);
    return this.apps.flatMap((app, place) => {
      const output = app.output();
      // A busy machine has troubles before there is any.
      const [boot, said] = [output.slice(0, this.saidBefore[place]), output.slice(this.saidBefore[place])];
      const early = troublesOf(boot);
      const outages = this.outagesSeen(place) + early.length;
      const told = [...this.recorder.secrets, ...passwords].filter((secret) =>
        output.includes(secret),
      ).length;
      const wrong = wrongLines([...early, said].join('\n'), outages).filter(
        (line) => !(isExplained && LOGGED_OUT_AGAIN.test(line)),
      );
      return [
        ...wrong.map((line) => `log of instance ${place}: ${line}`),
        ...(told > 0 ? [`the log of instance ${place} holds ${told} tokens or passwords`] : []),
      ];
    });
  }
}

function isRefused({ answer }: Operation): boolean {
  return answer.status === 503;
}

function isDecided(operation: Operation): boolean {
  return !isRefused(operation);
}
