import * as fc from 'fast-check';
import type { RefreshOutcome, OpenedSession } from '../../libs/auth/src/sessions/refresh-outcome.js';
import type { RefreshedToken } from '../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { MODEL_LIVES, SessionModel } from '../support/sessions/session-model.js';
import { type RunningMedium, type SessionHarness, sessionMedia } from '../support/sessions/session-media.js';
import { accessTokenWith, facts, sessionServices } from '../support/sessions/session-services.js';

const SUBJECTS = ['ada', 'bob'];
const CLIENTS = ['web', 'app'];
const PAUSES = [0, 1, 5_000, 9_999, 10_000, 290_000, 299_999, 300_000, 599_999, 600_000, 905_000, 1_800_000];

const pick = fc.nat({ max: 5 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('login' as const), who: pick, client: pick }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('refresh' as const), session: pick, age: fc.nat({ max: 3 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('use' as const), token: fc.nat({ max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(...PAUSES) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revokeSession' as const), session: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revokeOthers' as const), session: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revokeSubject' as const), who: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revokeClient' as const), client: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revokeAll' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A history: the same steps on the services and on the model, compared after each. */
class History {
  private readonly model = new SessionModel();
  private readonly services;
  /** Ids of the sessions, and their refresh tokens by generation. */
  private readonly sessions: { id: string; refreshTokens: string[] }[] = [];
  private readonly accessTokens: RefreshedToken[] = [];

  constructor(private readonly harness: SessionHarness) {
    const { idleMs, absoluteMs, windowMs, replayMs } = MODEL_LIVES;
    this.services = sessionServices(harness, {
      idleTtl: `${idleMs}ms`,
      absoluteTtl: `${absoluteMs}ms`,
      reuseWindow: `${windowMs}ms`,
      replayUnconfirmed: `${replayMs}ms`,
    });
  }

  async take(taken: Step): Promise<void> {
    if (taken.do === 'wait') return this.wait(taken.ms);
    if (taken.do === 'login') return this.login(at(SUBJECTS, taken.who), at(CLIENTS, taken.client));
    if (taken.do === 'refresh') return this.refresh(taken.session, taken.age);
    if (taken.do === 'use') return this.use(taken.token);
    return this.revoke(taken);
  }

  async compare(): Promise<void> {
    for (const subject of SUBJECTS) {
      const listed = (await this.services.sessions.list(subject)).map(({ id }) => id);
      const expected = this.model.live(subject).map((place) => this.sessions[place]?.id);
      expect(new Set(listed)).toEqual(new Set(expected));
    }
    const known = this.model.tokens.map((token, place) => ({
      token,
      accessToken: at(this.accessTokens, place),
    }));
    const alive = known.filter(({ token }) => this.model.isGood(token));
    const verdicts = alive.map(async ({ accessToken }) => this.services.blacklist.isRevoked(accessToken));
    expect(await Promise.all(verdicts)).toEqual(alive.map(({ token }) => token.revoked));
  }

  private async login(subject: string, clientId: string): Promise<void> {
    const grant = await this.services.refresh.open(facts({ subject, clientId }));
    this.model.login(subject, clientId);
    this.sessions.push({ id: grant.session.id, refreshTokens: [grant.refreshToken] });
    this.issue(grant);
  }

  private async refresh(place: number, age: number): Promise<void> {
    const session = at(this.sessions, place);
    if (session === undefined) return;
    const index = this.sessions.indexOf(session);
    const capped = Math.min(age, session.refreshTokens.length - 1);
    const token = session.refreshTokens.at(-1 - capped) ?? '';
    const outcome: RefreshOutcome = await this.services.refresh.rotate(token);
    expect(this.model.refresh(index, capped)).toContain(outcome.verdict);
    if (!('refreshToken' in outcome)) return;
    if (outcome.verdict === 'rotated') session.refreshTokens.push(outcome.refreshToken);
    expect(outcome.refreshToken).toBe(session.refreshTokens.at(-1));
    this.issue(outcome);
  }

  /** One of the last tokens: older ones confirm nothing. */
  private async use(age: number): Promise<void> {
    const place = this.accessTokens.length - 1 - age;
    const token = this.model.tokens[place];
    if (token === undefined || !this.model.isGood(token)) return;
    expect(await this.harness.blacklist.confirmUse(this.accessTokens[place]!)).toBe(this.model.use(place));
  }

  private async revoke(taken: Exclude<Step, { do: 'wait' | 'login' | 'refresh' | 'use' }>): Promise<void> {
    const { blacklist } = this.services;
    if (taken.do === 'revokeAll') {
      this.model.outdate();
      await blacklist.revokeEverything();
    } else if (taken.do === 'revokeClient') {
      this.model.outdate(at(CLIENTS, taken.client));
      await blacklist.revokeClient(at(CLIENTS, taken.client));
    } else if (taken.do === 'revokeSubject') {
      this.model.revokeSubject(at(SUBJECTS, taken.who));
      await blacklist.revokeSubject(at(SUBJECTS, taken.who));
    } else await this.revokeBySession(at(this.sessions, taken.session), taken.do);
  }

  private async revokeBySession(
    session: { id: string } | undefined,
    what: 'revokeSession' | 'revokeOthers',
  ): Promise<void> {
    if (session === undefined) return;
    const index = this.sessions.findIndex(({ id }) => id === session.id);
    if (what === 'revokeSession') {
      this.model.end(index);
      await this.services.sessions.revoke(session.id);
    } else {
      this.model.revokeOthers(index);
      await this.services.sessions.revokeOthers(session.id);
    }
  }

  private wait(ms: number): void {
    this.model.now += ms;
    this.harness.advance(ms);
  }

  private issue(opened: OpenedSession): void {
    this.accessTokens.push(accessTokenWith(opened));
  }
}

function at<T>(list: readonly T[], place: number): T {
  return list[place % Math.max(list.length, 1)] as T;
}

describe.each(sessionMedia)('[04-10] random histories on $name', ({ name, start }) => {
  const numRuns = name === 'memory' ? 400 : 100;
  let medium: RunningMedium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it(`agree with the model, ${numRuns} of them`, async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const history = new History(medium.harness());
      for (const taken of steps) {
        await history.take(taken);
        if (taken.do !== 'wait' && taken.do !== 'login') await history.compare();
      }
      await history.compare();
    });
    await fc.assert(property, { numRuns });
  }, 240_000);
});
