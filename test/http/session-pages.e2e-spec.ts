import { SessionService } from 'nestjs-gatehouse';
import { type Answer, Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';

interface Row {
  readonly id: string;
  readonly created_at: string;
  readonly current: boolean;
}

describe.each(everywhere)('pages of sessions on $platform and $medium', ({ platform, medium: kind }) => {
  let medium: TestMedium;
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    medium = await startMedium(kind);
    running = await startApp({
      platform,
      options: {
        throttler: false,
        sessions: { maxSessionsPerSubject: 0 },
        ...(medium.redis && { redis: medium.redis }),
      },
      prepare: (app) => app.setGlobalPrefix('api'),
    });
    client = new Client(`${running.url}/api`);
  });
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  async function logins(username: string, count: number): Promise<readonly TokenPair[]> {
    const pairs: TokenPair[] = [];
    for (let at = 0; at < count; at++) pairs.push(await client.login(username));
    return pairs;
  }

  /** Follows the links as a client does; `between` is called after each page. */
  async function follow(
    { access_token: token }: TokenPair,
    query: string,
    between: (page: readonly Row[]) => Promise<unknown> = async () => {},
  ): Promise<readonly (readonly Row[])[]> {
    const pages: (readonly Row[])[] = [];
    let url: URL | undefined = new URL(`${client.url}/auth/sessions${query}`);
    while (url !== undefined) {
      const answer: Answer<Row[]> = await client.get(url.href.slice(client.url.length), token);
      expect(answer.status).toBe(200);
      pages.push(answer.body);
      await between(answer.body);
      const [, next] = /^<(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '') ?? [];
      url = next === undefined ? undefined : new URL(next, url);
    }
    return pages;
  }

  const idsOf = (pages: readonly (readonly Row[])[]): readonly string[] => pages.flat().map(({ id }) => id);

  it('go on where the one before ended, in the order of logins', async () => {
    const [first] = await logins('ada', 7);
    const [whole, ...none] = await follow(first!, '');
    expect([whole!.length, none]).toEqual([7, []]);
    const times = whole!.map(({ created_at: created }) => created);
    expect(times).toEqual(times.toSorted());
    for (const [limit, lengths] of [
      [1, [1, 1, 1, 1, 1, 1, 1]],
      [3, [3, 3, 1]],
      [7, [7]],
      [100, [7]],
    ] as const) {
      const pages = await follow(first!, `?limit=${limit}`);
      expect(pages.map(({ length }) => length)).toEqual(lengths);
      expect(idsOf(pages)).toEqual(idsOf([whole!]));
    }
  });

  it('are the same pages when sessions are used, so that nobody sees when that is', async () => {
    const pairs = await logins('bob', 5);
    const before = idsOf(await follow(pairs[0]!, '?limit=2'));
    const seen = await follow(pairs[0]!, '?limit=2', async () => {
      const used = pairs.map(({ refresh_token: token }) => client.refresh(token));
      for (const answer of await Promise.all(used)) expect(answer.status).toBe(200);
    });
    expect(idsOf(seen)).toEqual(before);
  });

  it('go on when the session that the link names has ended', async () => {
    const [mine] = await logins('cyd', 6);
    const whole = idsOf(await follow(mine!, ''));
    const pages = await follow(mine!, '?limit=2', async (page) => {
      for (const { id, current } of page)
        if (!current)
          expect((await client.delete(`/auth/sessions/${id}`, mine!.access_token)).status).toBe(204);
    });
    expect(idsOf(pages)).toEqual(whole);
    expect(idsOf(await follow(mine!, ''))).toHaveLength(1);
  });

  it('are of 100 unless fewer are asked for, however many there are', async () => {
    await logins('eve', 1);
    const [subject, count] = ['user-eve', 102];
    const sessions = running.app.get(SessionService);
    for (let opened = 1; opened < count; opened++) await client.login('eve');
    const me = await client.login('eve');
    const pages = await follow(me, '');
    expect(pages.map(({ length }) => length)).toEqual([100, 3]);
    expect(pages.flat().filter(({ current }) => current)).toHaveLength(1);
    const known = (await sessions.list(subject, { limit: 200 })).map(({ id }) => id);
    expect(new Set(idsOf(pages))).toEqual(new Set(known));
  });

  it('show nobody the sessions of somebody else', async () => {
    const [theirs] = await logins('fay', 2);
    const [mine] = await logins('gil', 1);
    const { headers } = await client.get('/auth/sessions?limit=1', theirs!.access_token);
    const next = /<(.*)>/.exec(headers.get('link')!)![1]!;
    const answer = await client.get<Row[]>(`/auth/sessions${next}`, mine!.access_token);
    expect(answer.status).toBe(200);
    expect(answer.body.every(({ current }) => current)).toBe(true);
  });

  const LIMIT = 'limit must be a whole number from 1 to 100';
  const AFTER = 'after must be taken from the Link of the page before';
  it.each([
    ['limit=0', LIMIT],
    ['limit=101', LIMIT],
    ['limit=-1', LIMIT],
    ['limit=1.5', LIMIT],
    ['limit=1e1', LIMIT],
    ['limit=%2010', LIMIT],
    ['limit=ten', LIMIT],
    ['limit=1&limit=2', 'limit is sent more than once'],
    ['after=x', AFTER],
    [`after=1.${'a'.repeat(43)}`, AFTER],
    [`after=-1.${'A'.repeat(44)}`, AFTER],
    ['after=1&after=2', 'after is sent more than once'],
  ])('are none for ?%s', async (query, detail) => {
    const { access_token: token } = await client.login('ida');
    const answer = await client.get(`/auth/sessions?${query}`, token);
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid_request', detail });
  });

  it('are the first one for empty parameters', async () => {
    const { access_token: token } = await client.login('joe');
    expect((await client.get('/auth/sessions?limit=&after=&else=1', token)).body).toHaveLength(1);
  });
});
