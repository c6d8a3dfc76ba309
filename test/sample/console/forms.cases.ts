import { hiddenFieldsOf } from '../interaction/page-visitor.js';
import type { SampleApp } from '../sample-app.js';
import { ConsoleVisitor } from './console-visitor.js';

const PASSWORD = 'a-password';
const STALE = { status: 403, title: 'This page was out of date - Articles' };

/** Where a form leads, with what it has done. */
const onward = (path: string, deed: string): unknown =>
  expect.stringMatching(
    new RegExp(`^${path.replaceAll('?', String.raw`\?`)}[?&]done=${deed}[.][0-9]+[.][A-Za-z0-9_-]{43}$`),
  );

/** What changes something. */
export function describeForms(
  started: () => SampleApp,
  visitors: () => { readonly root: ConsoleVisitor; readonly vera: ConsoleVisitor },
  logIn: (username: string) => Promise<ConsoleVisitor>,
): void {
  describe('forms', () => {
    let app: SampleApp;
    let root: ConsoleVisitor;
    let arthur: ConsoleVisitor;
    beforeAll(async () => {
      app = started();
      ({ root } = visitors());
      arthur = await logIn('arthur');
    });

    const meWith = async (token: string) => (await app.call('/me', { token })).status;
    const token = async (username: string) => (await app.login(username, PASSWORD)).access_token;

    it('end one session, and its tokens', async () => {
      const [one, other] = [await token('ada'), await token('ada')];
      const [first = '', second = ''] = await root.sessionsOf('ada');
      const ended = await root.send('/sessions/end', { session: first, user: 'ada' });
      expect(ended).toMatchObject({
        status: 303,
        location: onward('/console/sessions/of?user=ada', 'ended'),
      });
      const told = await root.browser.get(app.url + ended.location);
      expect(told).toMatchObject({ title: '1 session of ada left - Articles' });
      expect(told.page).toContain('The session was ended.');
      // The same address at another browser says nothing of it.
      const elsewhere = await arthur.browser.get(app.url + ended.location);
      expect(elsewhere.title).toBe('1 session of ada - Articles');
      expect(elsewhere.page).not.toContain('role="status"');
      expect(await root.sessionsOf('ada')).toEqual([second]);
      expect(new Set([await meWith(one), await meWith(other)])).toEqual(new Set([200, 401]));
      // A second click, one that comes too late, or a session of somebody else, which stays.
      const [kept = ''] = [await token('ben'), ...(await root.sessionsOf('ben'))].slice(-1);
      for (const session of [first, 'nonsense', kept])
        expect(await root.send('/sessions/end', { session, user: 'ada' })).toMatchObject({
          status: 303,
          location: onward('/console/sessions/of?user=ada', 'gone'),
        });
      expect(await root.sessionsOf('ben')).toContain(kept);
      const { page } = await root.open('/events?outcome=success');
      expect(page).toMatch(/operator\.session-ended[^]*operator<\/span>\s*<bdi>root/);
      expect(page).toContain('page.login');
    });

    it('end all that a user has, the login at the pages as well', async () => {
      const audrey = await logIn('audrey');
      const held = [await token('audrey'), await token('audrey')];
      expect((await audrey.open('/keys')).status).toBe(200);
      const ended = await root.send('/sessions/end-all', { user: 'audrey' });
      expect(await Promise.all(held.map(meWith))).toEqual([401, 401]);
      expect((await audrey.open('/keys')).title).toBe('Log in - Articles');
      expect((await root.browser.get(app.url + ended.location)).title).toBe(
        '0 sessions of audrey left - Articles',
      );
      expect((await root.open('/sessions/of?user=audrey&done=ended-all')).title).toBe(
        '0 sessions of audrey - Articles',
      );
      expect((await root.send('/sessions/end-all', { user: 'nobody' })).status).toBe(404);
    });

    it('show an account that is kept out, and let it in again', async () => {
      const attempt = (password: string) =>
        app.call('/auth/login', { json: { username: 'grace', password } });
      for (let guess = 0; guess < 5; guess += 1) await attempt('wrong');
      expect((await attempt(PASSWORD)).status).toBe(429);
      const blocked = await root.open('/limits');
      expect(blocked.title).toMatch(/^Limits: [1-9]/);
      expect(blocked.page).toMatch(/<bdi>grace<\/bdi>\s*<\/th>/);
      const forgiven = await root.send('/limits/forgive', { user: 'grace' });
      expect(forgiven).toMatchObject({ status: 303, location: onward('/console/limits', 'forgiven') });
      // A name that is typed, blocked or not; who may only look isn't asked for one.
      expect(blocked.page).toContain('<label for="user">User name</label>');
      expect((await arthur.open('/limits')).page).not.toContain('<label for="user">');
      expect((await root.open('/limits')).page).not.toMatch(/<bdi>grace<\/bdi>\s*<\/th>/);
      expect((await attempt(PASSWORD)).status).toBe(200);
    });

    it('tell of who was refused at the login page, too', async () => {
      const stranger = new ConsoleVisitor(app);
      const guesses = [];
      for (let guess = 0; guess < 6; guess += 1) guesses.push(await stranger.logIn('linus', 'wrong'));
      expect(guesses.at(-1)).toMatchObject({ status: 429, title: 'Too many attempts - Articles' });
      expect((await root.open('/limits')).page).toMatch(/<bdi>linus<\/bdi>\s*<\/th>/);
    });

    it('forget what an address has used', async () => {
      const used = async () =>
        Number(/(\d+) of 100000/.exec((await root.open('/limits?client=127.0.0.1')).page)?.[1]);
      expect(await used()).toBeGreaterThan(20);
      await root.send('/limits/release', { client: '127.0.0.1' });
      expect(await used()).toBeLessThan(5);
      for (const client of ['999.1.1.1', 'nobody'])
        expect((await root.send('/limits/release', { client })).status).toBe(303);
      for (const path of ['/limits/release', '/limits/forgive'])
        expect((await root.send(path, { client: '', user: '' })).location).toBe('/console/limits');
    });

    const FORMS = ['/sessions/end', '/sessions/end-all', '/limits/release', '/limits/forgive'];

    it.each([...FORMS, '/login', '/logout'])(
      'take none that was written for another browser: %s',
      async (path) => {
        const held = await token('ben');
        const [session = ''] = (await root.sessionsOf('ben')).slice(-1);
        const foreign = hiddenFieldsOf(await visitors().vera.open());
        const fields = { session, user: 'ben', client: '127.0.0.1', username: 'root', password: PASSWORD };
        for (const form_token of ['', foreign['form_token'] ?? '']) {
          const refused = await root.send(path, { ...fields, form_token });
          expect(refused).toMatchObject(STALE);
          expect(refused.headers.getSetCookie()).toEqual([]);
        }
        expect(await meWith(held)).toBe(200);
      },
    );

    it.each(FORMS)('take none of another site, whatever is in it: %s', async (path) => {
      const cookie = [...root.browser.cookies].map((pair) => pair.join('=')).join('; ');
      const { form_token = '' } = hiddenFieldsOf(await root.open());
      for (const headers of [
        { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
        { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' },
        { origin: 'null' },
      ]) {
        const { status, body } = await app.callForm(
          `/console${path}`,
          { form_token, user: 'ben' },
          { headers: { cookie, ...headers } },
        );
        expect([status, body['answer']]).toEqual([403, expect.stringContaining('This page was out of date')]);
      }
    });

    it.each(FORMS)('are not for who may only look: %s', async (path) => {
      const { page } = await arthur.open('/sessions/of?user=ben');
      expect(page).not.toContain('/sessions/end');
      expect(await arthur.send(path, { user: 'ben' })).toMatchObject({
        status: 403,
        title: 'Not for you - Articles',
      });
    });

    it.each(FORMS)('are asked for again after a login, where nobody is logged in: %s', async (path) => {
      const answer = await app.callForm(`/console${path}`, { user: 'ben' });
      expect(answer.body['answer']).toContain('Log in');
    });
  });
}
