import type { Answer } from '../support/app/client.js';
import { platforms } from '../support/app/start-app.js';
import { type Fault, type Stage, type StageKind, startStage } from '../support/redis/faults/index.js';
import { FaultStand, LIMIT } from './fault-stand.js';
import { expectServiceUnavailable, persist } from './unavailable.js';

/**
 * What an operation may answer while a fault lasts: as ever, 503, either, where it depends on the moment, or a refusal, where
 * the tokens are gone for good.
 */
export type Declared = 'works' | '503' | 'either' | 'refused';

/** A row of the table: one fault, and what each operation answers meanwhile. Public and limited routes always work. */
export interface Row {
  readonly fault: Fault;
  readonly me: Declared;
  readonly login: Declared;
  readonly refresh: Declared;
  readonly logout: Declared;
  /** Whether the tokens of before are good afterwards. @default 'kept' */
  readonly tokens?: 'kept' | 'refused';
}

/** All four alike. */
export const all = (declared: Declared): Omit<Row, 'fault'> => ({
  me: declared,
  login: declared,
  refresh: declared,
  logout: declared,
});

/** Runs rows on one stage, on both platforms at a time. */
export function describeFaults(kind: StageKind, rows: readonly Row[]): void {
  let stage: Stage;
  let stands: readonly FaultStand[] = [];

  beforeAll(async () => {
    stage = await startStage(kind);
    stands = await Promise.all(platforms.map((platform) => FaultStand.start(platform, stage.url)));
  });
  beforeEach(() => onEach((stand) => stand.prepare()));
  afterAll(async () => {
    await onEach((stand) => stand.close());
    await stage?.stop();
  });

  /** Waits for all of them: one that fails leaves no request of another one behind. */
  const onEach = async (act: (stand: FaultStand) => Promise<void>): Promise<void> => {
    const outcomes = await Promise.allSettled(stands.map(act));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  };

  it.each(rows)('[obligation 61] $fault.name', async (row) => {
    expect(row.fault.media).toContain(kind);
    await row.fault.begin(stage);
    try {
      await onEach((stand) => expectMeanwhile(stand, row));
    } finally {
      await row.fault.end(stage);
    }
    await onEach((stand) => expectAfterwards(stand, row.tokens ?? 'kept'));
  });
}

async function expectMeanwhile(stand: FaultStand, row: Row): Promise<void> {
  expect((await stand.open()).status).toBe(200);
  await expectLimit(stand);
  // A second time for each: what the first call left behind, or found out, changes nothing.
  for (let round = 0; round < 2; round++) {
    expectDeclared(row.me, await stand.me(), { works: 200, refused: 401 });
    expectDeclared(row.login, await stand.login(), { works: 200, refused: 401 });
    expectDeclared(row.refresh, await stand.refresh(), { works: 200, refused: 400 });
  }
  expectDeclared(row.logout, await stand.logout(), { works: 204, refused: 401 });
}

function expectDeclared(
  declared: Declared,
  answer: Answer,
  usual: { readonly works: number; readonly refused: number },
): void {
  const isAway = declared === '503' || (declared === 'either' && answer.status !== usual.works);
  if (isAway) expectServiceUnavailable(answer);
  else {
    const { status, text } = answer;
    expect({ status, text }).toMatchObject({ status: usual[declared === 'refused' ? 'refused' : 'works'] });
  }
}

/** Limits go on: nobody is refused without a reason, and nobody gets more than Redis and this process would give. */
async function expectLimit(stand: FaultStand): Promise<void> {
  const statuses = (await stand.limited(2 * LIMIT + 1)).map(({ status }) => status);
  const admitted = statuses.filter((status) => status === 200).length;
  expect(statuses.filter((status) => status === 429)).toHaveLength(statuses.length - admitted);
  expect(admitted).toBeGreaterThanOrEqual(LIMIT);
  expect(admitted).toBeLessThanOrEqual(2 * LIMIT);
}

async function expectAfterwards(stand: FaultStand, tokens: 'kept' | 'refused'): Promise<void> {
  const isKept = tokens === 'kept';
  const expectAfter = async (call: () => Promise<Answer>, refusal: number): Promise<void> => {
    const { status, text } = await persist(call);
    expect({ status, text }).toMatchObject({ status: isKept ? 200 : refusal });
  };
  await expectAfter(stand.me, 401);
  await expectAfter(stand.refresh, 400);
  if (isKept) expect((await persist(stand.me)).status).toBe(200);
  // It may have been done meanwhile, though the answer was 503: then its own token is refused.
  expect([204, 401]).toContain((await persist(stand.logout)).status);
  expect((await persist(stand.otherMe)).status).toBe(401);
  await stand.prepare();
  expect((await persist(stand.me)).status).toBe(200);
  expect((await stand.open()).status).toBe(200);
  await expectLimit(stand);
}
