import { opening, revoking, sessionOf } from './joint-operations.js';
import { after, expectAlike, issue } from './joint-outcomes.js';
import type { JointStores } from './joint-stores.js';
import {
  CLIENTS,
  ended,
  LIVES,
  liveSessions,
  newSession,
  type SessionName,
  type Truth,
} from './joint-truth.js';
import type { LoginAsked, Revocation, UnderWay, World } from './joint-world.js';
import { Violation } from './violation.js';

/** One call of a login that opens the third session, and has to end another one for it. */
export async function openLogin(
  world: World,
  stores: JointStores,
  { asked, replies }: UnderWay<LoginAsked>,
): Promise<World> {
  const { now } = world.stores;
  const step = await stores.step(world.stores, opening('c', asked, now), replies);
  if (step.answers === undefined)
    return after(world, stores, step, { ...world, login: { asked, replies: step.replies! } });
  const { marked } = world.truth;
  const isSuperseded =
    asked.known === undefined
      ? marked.count > 0 && marked.at >= asked.beganAt
      : marked.count !== asked.known.count;
  const live = liveSessions(world.truth, now);
  const evicted = isSuperseded ? [] : live.slice(0, Math.max(live.length + 1 - LIVES.maxSessions, 0));
  for (const medium of stores.media) judgeLogin(step.answers[medium], medium, { isSuperseded, evicted });
  const { memory, redis } = step.answers;
  if (memory.verdict === 'superseded' && redis.verdict === 'superseded') {
    const known = { memory: memory.revocations, redis: redis.revocations, count: marked.count };
    return after(world, stores, step, { ...world, login: { asked: { ...asked, known }, replies: [] } });
  }
  if (memory.verdict !== 'opened' || redis.verdict !== 'opened') throw new Violation('a login is neither');
  expectAlike(step.answers);
  const rest = ended(world.truth, evicted, 'evicted');
  const opened = { ...rest, sessions: { ...rest.sessions, c: newSession(now) } };
  const of = {
    session: 'c',
    generation: 0,
    lostAnswers: 0,
    memory: memory.epoch,
    redis: redis.epoch,
    now,
  } as const;
  const { truth, name } = issue(opened, of);
  const tablet = { session: 'c', refresh: [0], access: [name], requests: [] } as const;
  return after(world, stores, step, {
    ...world,
    truth,
    login: undefined,
    parties: { ...world.parties, tablet },
  });
}

function judgeLogin(
  answer: { readonly verdict: string; readonly evicted?: readonly string[] },
  medium: string,
  right: { readonly isSuperseded: boolean; readonly evicted: readonly SessionName[] },
): void {
  if ((answer.verdict === 'superseded') !== right.isSuperseded)
    throw new Violation(
      right.isSuperseded
        ? `${medium}: a login that began before a revocation is ${answer.verdict}`
        : `${medium}: a login is superseded by nothing`,
    );
  const evicted = answer.evicted?.map(sessionOf).join() ?? '';
  if (evicted !== right.evicted.join())
    throw new Violation(
      `${medium}: the wrong session is evicted: ${evicted} instead of ${right.evicted.join()}`,
    );
}

/** One call of a revocation. */
export async function revoke(
  world: World,
  stores: JointStores,
  { asked, replies }: UnderWay<Revocation>,
): Promise<World> {
  const step = await stores.step(world.stores, revoking(asked), replies);
  if (step.answers === undefined)
    return after(world, stores, step, { ...world, revocation: { asked, replies: step.replies! } });
  const live = liveSessions(world.truth, world.stores.now).filter(
    (name) => asked !== 'logout of all but b' || name !== 'b',
  );
  for (const medium of stores.media) judgeRevocation(step.answers[medium], medium, live);
  if (step.ran?.hasDecided === false) throw new Violation('a revocation moves no revision');
  const truth = revoked(world.truth, asked, world.stores.now);
  return after(world, stores, step, { ...world, truth, revocation: undefined });
}

/** What a revocation says that it has ended: all that was live, and perhaps what has expired and is remembered. */
function judgeRevocation(answer: unknown, medium: string, live: readonly SessionName[]): void {
  if (!Array.isArray(answer)) return;
  const named = answer.map((id: string) => sessionOf(id));
  const missing = live.filter((name) => !named.includes(name));
  if (missing.length > 0) throw new Violation(`${medium}: a revocation doesn't name ${missing.join()}`);
}

function revoked(truth: Truth, asked: Revocation, now: number): Truth {
  const marked = { count: truth.marked.count + 1, at: now };
  const all = Object.keys(truth.sessions) as SessionName[];
  const web = all.filter((name) => CLIENTS[name] === 'web');
  const others = all.filter((name) => name !== 'b');
  switch (asked) {
    case 'logout of a':
      return ended(truth, ['a'], 'logged out');
    case 'logout everywhere':
      return ended({ ...truth, marked }, all, 'logged out');
    case 'logout of all but b':
      return ended({ ...truth, marked }, others, 'logged out');
    case 'client web':
      return ended({ ...truth, marked }, web, 'revoked with its client or everybody');
    case 'everybody':
      return ended({ ...truth, marked }, all, 'revoked with its client or everybody');
  }
}
