import { givenUp } from '../../../../test/support/sessions/direct-refresh-tokens.js';
import { ObservedSessionStore } from '../../../../test/support/sessions/observed-session-store.js';
import { macOf } from '../../../../test/support/sessions/refresh-token-mac.js';
import {
  type RunningMedium,
  type SessionHarness,
  sessionMedia,
} from '../../../../test/support/sessions/session-media.js';
import { resolveAccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { storeUnavailable } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import type { RotationRequest } from '../sessions/refresh-outcome.js';
import { resolveSessionsSettings, type SessionsOptions } from '../sessions/sessions.settings.js';
import { resolveLegacySettings } from './legacy.settings.js';
import { LegacyRefreshTokenService } from './legacy-refresh-token.service.js';
import { LegacyTokens } from './legacy-tokens.service.js';
import { RevocationJournal } from '../token-blacklist/repeats/revocation-journal.js';

const DAY_MS = 86_400_000;

type Step = Parameters<ConstructorParameters<typeof ObservedSessionStore>[1]>[0];

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A legacy refresh token that names its user and, if given, its times; the host of these specs believes it. */
const legacy = (sub: string, claims: object = {}): string =>
  `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded({ sub, ...claims })}.c2ln`;

/** One instance that takes legacy refresh tokens for 30 days, over the stores of a harness. */
async function instance(harness: SessionHarness, sessions: SessionsOptions = {}, untilMs = 30 * DAY_MS) {
  const { clock } = harness;
  const stand = { at: async (_step: Step): Promise<void> => {}, asked: 0 };
  const findings = new ConfigurationFindings();
  const parties = { issuer: 'https://issuer.test', audience: 'api' };
  const options = {
    until: new Date(clock.now() + untilMs),
    refreshToken: (text: string) => {
      stand.asked += 1;
      const payload = JSON.parse(Buffer.from(text.split('.')[1]!, 'base64url').toString()) as { sub: string };
      return { subject: payload.sub, roles: ['reader'] };
    },
  };
  const settings = resolveLegacySettings(options, { issuesTokens: true }, findings)!;
  const tokens = new LegacyTokens(settings, resolveAccessTokensSettings({}, parties, findings), clock);
  const seen = await harness.started({ marksKeptUntil: settings.rememberedUntil });
  const service = new LegacyRefreshTokenService(
    {
      legacy: tokens,
      blacklist: { repeating: (repeat) => new RevocationJournal().kindOfEach(repeat) },
      clock,
      clientId: 'web',
    },
    new ObservedSessionStore(seen.sessions, (step) => stand.at(step)),
    macOf(resolveSessionsSettings(sessions, findings)),
    new AuthEvents(),
  );
  const refresh = async (
    text: string,
    request: RotationRequest = {},
  ): Promise<{ verdict: string; refreshToken?: string }> => {
    const presented = await service.present(text, request);
    return 'verdict' in presented ? presented : service.turnOver(presented);
  };
  return { ...seen, service, stand, refresh };
}

describe.each(sessionMedia)('[11-E] sessions of legacy refresh tokens, on $name', ({ start }) => {
  let medium: RunningMedium;
  let harness: SessionHarness;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);
  beforeEach(() => {
    harness = medium.harness();
  });
  afterAll(() => medium.stop());

  const steps: readonly Step[] = ['before open', 'before rotate', 'after rotate'];

  it.each(steps)('are not lost with what fails %s: the retry gets the one session', async (failing) => {
    const { stand, refresh, sessions } = await instance(harness);
    const token = legacy('ada');
    stand.at = async (step) => {
      if (step === failing) throw storeUnavailable('down');
    };
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(refresh(token)).rejects.toMatchObject({ code: 'store_unavailable' });
    stand.at = async () => {};
    const first = await refresh(token);
    expect(['rotated', 'replayed']).toContain(first.verdict);
    expect((await refresh(token)).refreshToken).toBe(first.refreshToken);
    expect((await refresh(first.refreshToken!)).verdict).toBe('rotated');
    expect(await sessions.list('ada', { limit: 10 })).toHaveLength(1);
    expect((await refresh(token)).verdict).toBe('reused');
  });

  it('are not lost with what fails at a retry', async () => {
    const { stand, refresh } = await instance(harness);
    const { refreshToken } = await refresh(legacy('ada'));
    stand.at = async (step) => {
      if (step === 'before recall') throw storeUnavailable('down');
    };
    await expect(refresh(legacy('ada'))).rejects.toMatchObject({ code: 'store_unavailable' });
    stand.at = async () => {};
    expect(await refresh(legacy('ada'))).toMatchObject({ verdict: 'replayed', refreshToken });
  });

  it('are not lost with an answer: nobody has used it, so the retry gets it three days later', async () => {
    const { refresh } = await instance(harness);
    const { refreshToken } = await refresh(legacy('ada'));
    await harness.pass(3 * DAY_MS);
    expect(await refresh(legacy('ada'))).toMatchObject({ verdict: 'replayed', refreshToken });
    expect((await refresh(refreshToken!)).verdict).toBe('rotated');
    expect((await refresh(legacy('ada'))).verdict).toBe('reused');
  });

  it('are one, when another instance opens it at any step', async () => {
    for (const moment of steps) {
      const [one, other] = [await instance(harness), await instance(harness)];
      const token = legacy(`user ${moment}`);
      let theirs: string | undefined;
      one.stand.at = async (step) => {
        if (step !== moment || theirs !== undefined) return;
        theirs = '';
        theirs = (await other.refresh(token)).refreshToken;
      };
      const mine = await one.refresh(token);
      expect([moment, mine.refreshToken]).toEqual([moment, theirs]);
      expect(await one.sessions.list(`user ${moment}`, { limit: 10 })).toHaveLength(1);
    }
  });

  it('are not opened for whoever is logged out at any step', async () => {
    for (const moment of steps.slice(0, 2)) {
      const one = await instance(harness);
      const subject = `user ${moment}`;
      one.stand.at = async (step) => {
        if (step === moment) await one.blacklist.revokeSubject(subject);
      };
      expect([moment, (await one.refresh(legacy(subject))).verdict]).toEqual([moment, 'revoked']);
      expect(await one.sessions.list(subject, { limit: 10 })).toEqual([]);
    }
  });

  it('are not opened an hour, or weeks, after their user was logged out', async () => {
    const one = await instance(harness);
    const token = legacy('ada', { iat: harness.clock.now() / 1000 });
    await one.blacklist.revokeSubject('ada');
    for (const ms of [3_600_000, 20 * DAY_MS]) {
      await harness.pass(ms);
      expect((await one.refresh(token)).verdict).toBe('revoked');
    }
    const later = legacy('ada', { iat: harness.clock.now() / 1000 });
    expect((await one.refresh(later)).verdict).toBe('rotated');
  });

  it('stay ended when a later release puts the date off', async () => {
    const [early, late] = [await instance(harness), await instance(harness, {}, 90 * DAY_MS)];
    const [used, untouched] = [legacy('ada'), legacy('eve')];
    const { refreshToken = '' } = await early.refresh(used);
    expect((await early.refresh(refreshToken)).verdict).toBe('rotated');
    await early.blacklist.revokeSubject('eve');
    await harness.pass(60 * DAY_MS);
    expect((await late.refresh(used)).verdict).toBe('unknown');
    expect((await late.refresh(untouched)).verdict).toBe('revoked');
    expect((await early.refresh(legacy('joe'))).verdict).toBe('malformed');
  });

  it('are opened once only, however long the token would live after its session', async () => {
    const one = await instance(harness, { idleTtl: '1h', absoluteTtl: '1h' });
    const seconds = harness.clock.now() / 1000;
    for (const token of [legacy('ada'), legacy('bob', { iat: seconds, exp: seconds + 20 * 86_400 })]) {
      expect((await one.refresh(token)).verdict).toBe('rotated');
    }
    await harness.pass(19 * DAY_MS);
    expect((await one.refresh(legacy('ada'))).verdict).toBe('unknown');
    expect((await one.refresh(legacy('bob', { iat: seconds, exp: seconds + 20 * 86_400 }))).verdict).toBe(
      'unknown',
    );
  });

  it('are of one client, and the cap of sessions holds', async () => {
    const { refresh, sessions } = await instance(harness, { maxSessionsPerSubject: 1, whenFull: 'reject' });
    expect((await refresh(legacy('ada'), { clientId: 'other' })).verdict).toBe('mismatched');
    expect((await refresh(legacy('ada'), { clientId: 'web' })).verdict).toBe('rotated');
    const second = legacy('ada', { jti: '2' });
    await expect(refresh(second)).rejects.toMatchObject({ code: 'session_limit_reached' });
    const [session] = await sessions.list('ada', { limit: 10 });
    await harness.blacklist.revokeSession(session!.id);
    expect((await refresh(second)).verdict).toBe('rotated');
  });

  it('are given up with the token, by a logout that the host is asked about', async () => {
    const { service, refresh, stand } = await instance(harness);
    const token = legacy('ada');
    expect(await givenUp(service, 'garbage.e30.c2ln', 'x'.repeat(9_000))).toEqual([]);
    expect(stand.asked).toBe(0);
    const [sessionId, ...others] = await givenUp(service, token);
    expect([sessionId, others]).toEqual([expect.any(String), []]);
    await harness.blacklist.revokeSession(sessionId!);
    expect((await refresh(token)).verdict).toBe('revoked');
    await harness.pass(DAY_MS);
    expect((await refresh(token)).verdict).toBe('unknown');
  });
});
