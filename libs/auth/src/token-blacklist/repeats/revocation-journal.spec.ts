import { storeUnavailable } from '../../kernel/auth-error.js';
import { type JournalledRevocation, RevocationJournal } from './revocation-journal.js';

const HOUR_MS = 3_600_000;

const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

describe('RevocationJournal', () => {
  let journal: RevocationJournal;
  let repeated: string[];
  let isAway: boolean;

  const repeat = async (revocations: readonly JournalledRevocation[]): Promise<void> => {
    if (isAway) throw storeUnavailable('the store is down');
    repeated.push(...revocations.map(({ id }) => id));
  };
  const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

  beforeEach(() => {
    jest.useFakeTimers();
    journal = new RevocationJournal();
    repeated = [];
    isAway = false;
  });
  afterEach(() => {
    journal.close();
    jest.useRealTimers();
  });

  it('looks at each a moment later, after each change, and once a minute', async () => {
    journal.kind(repeat).add('one', HOUR_MS);
    await pass(1_000);
    expect(repeated).toEqual([]);
    await pass(3_000);
    expect(repeated).toEqual(['one']);
    for (let change = 0; change < 2; change++) {
      // Several signs of one change.
      journal.changed();
      journal.changed();
      await pass(3_000);
    }
    expect(repeated).toEqual(['one', 'one', 'one']);
    await pass(60_000);
    expect(repeated).toHaveLength(4);
    expect(journal.size).toBe(1);
  });

  it('goes on until the store answers', async () => {
    journal.kind(repeat).add('one', HOUR_MS);
    isAway = true;
    await pass(10_000);
    isAway = false;
    await pass(2_000);
    expect(repeated).toEqual(['one']);
  });

  it('goes on elsewhere where the server of one partition is away', async () => {
    const kind = journal.kind(async (some) => {
      if (some[0]?.id.startsWith('a') === true) throw storeUnavailable('its server is down');
      await repeat(some);
    });
    for (const id of ['a1', 'b1', 'a2', 'b2']) kind.add(id, HOUR_MS);
    await pass(4_000);
    expect(repeated).toEqual(['b2', 'b1']);
  });

  it.each([
    [
      'that Redis refuses',
      storeUnavailable('refused', { cause: reply('WRONGTYPE Operation against a key') }),
    ],
    ['that nobody understands', new TypeError('not what was expected')],
  ])('keeps one %s, and the others of its partition do not wait for it', async (_what, failure) => {
    const tried: string[][] = [];
    let isFailing = true;
    const kind = journal.kind(async (some) => {
      tried.push(some.map(({ id }) => id));
      if (isFailing && some.some(({ id }) => id === 'p120')) throw failure;
      await repeat(some);
    });
    const ids = Array.from({ length: 250 }, (_, at) => `p${at}`);
    for (const id of ids) kind.add(id, HOUR_MS);
    await pass(6_000);
    expect(repeated.toSorted()).toEqual(ids.filter((id) => id !== 'p120').toSorted());
    // From now on nobody is asked about but this one.
    tried.length = 0;
    await pass(3_000);
    expect(tried).toEqual([['p120'], ['p120'], ['p120']]);
    isFailing = false;
    await pass(1_000);
    expect(repeated.filter((id) => id === 'p120')).toHaveLength(1);
    journal.changed();
    tried.length = 0;
    await pass(3_000);
    expect(tried.map((some) => some.length)).toEqual([100, 100, 50]);
  });

  it('does not try one by one what a server refuses altogether', async () => {
    let calls = 0;
    const kind = journal.kind(async () => {
      calls += 1;
      throw storeUnavailable('refused', {
        cause: reply("READONLY You can't write against a read only replica."),
      });
    });
    for (let count = 0; count < 250; count++) kind.add(`p${count}`, HOUR_MS);
    await pass(5_000);
    // One for each second since the first look.
    expect(calls).toBeLessThanOrEqual(4);
  });

  it('keeps each for as long as what it ended could live', async () => {
    const kind = journal.kind(repeat);
    kind.add('short', 10_000);
    kind.add('for ever', Infinity);
    await pass(20_000);
    expect([...kind.entries.keys()]).toEqual(['for ever']);
    await pass(HOUR_MS);
    expect(journal.size).toBe(1);
  });

  it('repeats some at a time, the newest first, and rests in between', async () => {
    const sizes: number[] = [];
    const kind = journal.kind(async (some) => {
      sizes.push(some.length);
      await repeat(some);
    });
    const ids = Array.from({ length: 250 }, (_, at) => `p${at}`);
    for (const id of ids) kind.add(id, HOUR_MS);
    await pass(4_000);
    expect(sizes).toEqual([100, 100, 50]);
    expect(repeated).toEqual(ids.toReversed());
  });

  it('is bounded: the oldest of the same kind goes first, and none of another kind', async () => {
    const sessions = journal.kind(repeat);
    const clients = journal.kind(repeat);
    clients.add('client', HOUR_MS);
    for (let count = 0; count < 10_050; count++) sessions.add(`session-${count}`, HOUR_MS);
    sessions.add('session-10049', HOUR_MS);
    expect([clients.entries.size, sessions.entries.size]).toEqual([1, 10_000]);
    expect(sessions.entries.has('session-49')).toBe(false);
    expect(sessions.entries.has('session-50')).toBe(true);
  });

  it('repeats nothing once closed', async () => {
    const kind = journal.kind(repeat);
    kind.add('one', HOUR_MS);
    journal.close();
    expect([journal.size, jest.getTimerCount()]).toEqual([0, 0]);
    // The answer to a revocation that was under way.
    kind.add('two', HOUR_MS);
    await pass(60_000);
    expect([repeated, jest.getTimerCount()]).toEqual([[], 0]);
  });
});
