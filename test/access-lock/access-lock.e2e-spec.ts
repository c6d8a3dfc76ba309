import { RequireFreshAuth } from 'nestjs-gatehouse';
import { changeLine, summaryOf } from '../../libs/auth/src/access-lock/changes/change.js';
import { compareLocks } from '../../libs/auth/src/access-lock/changes/compare-locks.js';
import type { AccessLock } from '../../libs/auth/src/access-lock/lock/access-lock.js';
import { readLock, writeLock } from '../../libs/auth/src/access-lock/lock/lock-file.js';
import { basePlan } from './base-plan.js';
import { callerMutations } from './caller-mutations.js';
import { guardMutations } from './guard-mutations.js';
import { type HostPlan, lockOf } from './host-app.js';
import { type Mutation, write } from './mutation.js';
import { refactors } from './refactors.js';
import { roleMutations } from './role-mutations.js';
import { routeMutations } from './route-mutations.js';

describe('the access lockfile', () => {
  let text: string;
  let locked: AccessLock;

  beforeAll(async () => {
    text = writeLock(await lockOf(basePlan()));
    locked = readLock(text);
  });

  const changedBy = (change: (plan: HostPlan) => void): Promise<AccessLock> => {
    const plan = basePlan();
    change(plan);
    return lockOf(plan);
  };

  const mutated = new Map<Mutation, AccessLock>();

  const lockAfter = async (mutation: Mutation): Promise<AccessLock> => {
    const lock = mutated.get(mutation) ?? (await changedBy(mutation.mutate));
    mutated.set(mutation, lock);
    return lock;
  };

  const linesOf = (before: AccessLock, now: AccessLock): string[] =>
    compareLocks(before, now).map((change) => changeLine(change).replace(/ +/, ' '));

  const mutations = [...roleMutations, ...routeMutations, ...guardMutations, ...callerMutations];
  it.each(mutations)('tells: $title', async (mutation) => {
    const { summary, told } = mutation;
    const now = await lockAfter(mutation);
    const [changes, lines] = [compareLocks(locked, now), linesOf(locked, now)];
    expect(readLock(writeLock(now))).toEqual(now);
    expect(lines).toEqual(expect.arrayContaining([...told]));
    expect(summaryOf(changes)).toBe(summary);
  });

  it.each(callerMutations)('tells when it is undone: $title', async (mutation) => {
    expect(linesOf(await lockAfter(mutation), locked)).toEqual(mutation.undone);
  });

  it('tells that limits which refused every call without their store let every call pass', async () => {
    const [open, closed] = await Promise.all(callerMutations.slice(-2).map(lockAfter));
    expect(linesOf(closed!, open!)).toEqual([
      expect.stringMatching(/^loosened all routes .*onStoreFailure is open, and was closed/),
    ]);
  });

  it('tells how good a login has to be, by the classes that will do', async () => {
    const [few, more] = await Promise.all(
      [['gold'], ['gold', 'silver']].map((acr) =>
        changedBy((plan) => write(plan, ['account', 'password'], RequireFreshAuth({ maxAge: '5m', acr }))),
      ),
    );
    const route = 'POST /account/password  asks for a login';
    expect(linesOf(few!, more!)).toEqual([
      `widened ${route} acr gold or silver now, asks for a login acr gold no more`,
    ]);
    expect(linesOf(more!, few!)).toEqual([
      `narrowed ${route} acr gold now, asks for a login acr gold or silver no more`,
    ]);
  });

  it('tells of roles the other way round as well', async () => {
    const turned: Record<string, string> = { widened: 'narrowed', narrowed: 'widened' };
    const passing = (one: AccessLock, other: AccessLock, kindOf = (kind: string): string => kind) =>
      new Set(
        compareLocks(one, other)
          .filter(({ kind, whom }) => kind in turned && locked.roles.has(whom.split(', ')[0]!))
          .flatMap(({ kind, subject, whom }) =>
            whom.split(', ').map((role) => `${kindOf(kind)} ${subject} ${role}`),
          ),
      );
    for (const mutation of roleMutations) {
      const now = await lockAfter(mutation);
      expect(passing(now, locked)).toEqual(passing(locked, now, (kind) => turned[kind]!));
    }
  });

  it.each(refactors)('says nothing when $title', async ({ change }) => {
    const now = await changedBy(change);
    expect(compareLocks(locked, now).map(changeLine)).toEqual([]);
    expect(writeLock(now)).toBe(text);
  });
});
