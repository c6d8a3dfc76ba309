import type { SampleApp } from '../sample-app.js';
import { type Begun, DemoDevice } from './demo-device.js';
import { hiddenFieldsOf, PageVisitor, type Visit } from './page-visitor.js';

const CODE_PAGE = 'Connect a device - Articles';
const CONFIRM_PAGE = 'Allow A &lt;b&gt;television&lt;/b&gt;? - Articles';

export function describeDevicePages(started: () => SampleApp): void {
  describe('pages for devices', () => {
    let app: SampleApp;
    let device: DemoDevice;
    let visitor: PageVisitor;
    let begun: Begun;

    beforeAll(() => {
      app = started();
      device = new DemoDevice(app, 'television');
    });
    beforeEach(async () => {
      visitor = new PageVisitor();
      begun = await device.begin();
    });

    const open = (path = '/device') => visitor.open(app.url + path);
    const send = (step: string, page: Visit, fields: object = {}) =>
      visitor.post(`${app.url}/device/${step}`, { ...hiddenFieldsOf(page), ...fields });
    const login = async (path?: string) =>
      send('login', await open(path), { username: 'ada', password: 'a-password' });
    const type = (code: string) => open(`/device?user_code=${encodeURIComponent(code)}`);
    /** The page on which somebody who is logged in is asked about the device. */
    const confirm = async () => {
      await login();
      return type(begun.userCode);
    };
    const isLoginPage = ({ title }: Visit) => title === 'Log in - Articles';
    const pollsAs = async (error: string) => expect((await device.poll(begun)).body).toMatchObject({ error });

    it('lead from login over the code to tokens', async () => {
      expect(isLoginPage(await open())).toBe(true);
      const loggedIn = await login();
      expect(loggedIn).toMatchObject({ status: 303, location: '/device' });
      expect(await open()).toMatchObject({ status: 200, title: CODE_PAGE });
      const question = await type(begun.userCode);
      expect(question).toMatchObject({ status: 200, title: CONFIRM_PAGE });
      await pollsAs('authorization_pending');
      const answer = await send('answer', question, { answer: 'allow' });
      expect(answer).toMatchObject({ status: 303, location: '/device/allowed' });
      expect(await open(answer.location)).toMatchObject({
        status: 200,
        title: 'Go back to your device - Articles',
      });
      const { status, body } = await device.poll(begun);
      expect(status).toBe(200);
      const me = await app.call('/me', { token: String(body['access_token']) });
      expect(me.body).toMatchObject({ sub: 'ada', client_id: 'television', scope: 'articles:read' });
    });

    it.each(['lower case', 'spaces', 'no dash', 'other dashes'])('take a code with %s', async (how) => {
      const [first = '', second = ''] = begun.userCode.split('-');
      const typed = {
        'lower case': begun.userCode.toLowerCase(),
        spaces: ` ${first} ${second.slice(0, 2)} ${second.slice(2)} `,
        'no dash': first + second,
        'other dashes': `${first}–${second}.`,
      }[how];
      await login();
      const question = await type(typed ?? '');
      expect(question.title).toBe(CONFIRM_PAGE);
      expect(question.page).toContain(`<strong class="code">${begun.userCode}</strong>`);
    });

    it('tell who asks for what, from where, as text', async () => {
      const { page } = await confirm();
      expect(page).toContain('<strong>A &lt;b&gt;television&lt;/b&gt;</strong>');
      expect(page).toContain('<strong>ada</strong>');
      expect(page).toContain('<li>Read articles, your drafts included</li>');
      expect(page).not.toContain('Write, change and delete');
      expect(page).toMatch(/from the address\s+127\.0\.0\.1, and says that it is &lt;i&gt;TV&lt;\/i&gt;\./);
    });

    it('let nobody in by the link alone, and tell strangers nothing of it', async () => {
      const page = await open(begun.path);
      expect(isLoginPage(page)).toBe(true);
      expect(page.page).not.toContain('television');
      const answer = await send('login', page, { username: 'ada', password: 'a-password' });
      expect(answer).toMatchObject({ status: 303, location: begun.path });
      expect((await open(answer.location)).title).toBe(CONFIRM_PAGE);
      await pollsAs('authorization_pending');
    });

    it('have a policy that allows their own style and forms, and nothing else', async () => {
      const pages = [
        await open(),
        await confirm(),
        await open(),
        await type('BCDF-GHJK'),
        await open('/device/denied'),
      ];
      for (const { headers, page } of pages) {
        expect(headers.get('content-security-policy')).toMatch(
          /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
        );
        expect(headers.get('cache-control')).toBe('no-store');
        expect(page).not.toMatch(/<script|style="|\son\w+=/);
      }
    });

    it('tell the device that its user denied', async () => {
      const answer = await send('answer', await confirm(), { answer: 'deny' });
      expect(answer).toMatchObject({ status: 303, location: '/device/denied' });
      expect((await open(answer.location)).title).toBe('The device was not let in - Articles');
      await pollsAs('access_denied');
    });

    it('take nothing but a clear yes for one', async () => {
      const fields = new URLSearchParams(hiddenFieldsOf(await confirm())).toString();
      await visitor.post(`${app.url}/device/answer`, `${fields}&answer=allow&answer=allow`);
      await pollsAs('access_denied');
    });

    it.each([
      ['none at all', ' ', 422, 'Enter the code'],
      ['one that no device shows', 'BBBB-BBBB', 404, 'No device waits with this code'],
      ['what is no code', '<b>', 404, 'No device waits with this code'],
    ])('say what is wrong with a code: %s', async (_what, code, status, message) => {
      await login();
      const refused = await type(code);
      expect(refused).toMatchObject({ status, title: `Error: ${CODE_PAGE}` });
      expect(refused.page).toContain(message);
      expect(refused.page).not.toContain('<b>');
      expect(refused.page).toMatch(/aria-invalid="true" aria-describedby="user_code-error"/);
    });

    it('answer once', async () => {
      const question = await confirm();
      const allow = () => send('answer', question, { answer: 'allow' });
      const [one, other] = await Promise.all([allow(), allow()]);
      expect(new Set([one.status, other.status])).toEqual(new Set([303, 410]));
      const again = await send('answer', question, { answer: 'deny' });
      expect(again).toMatchObject({ status: 410, title: 'This request is over - Articles' });
      expect(await type(begun.userCode)).toMatchObject({ status: 404, title: `Error: ${CODE_PAGE}` });
      expect((await device.poll(begun)).status).toBe(200);
    });

    it.each(['login', 'answer', 'logout'])(
      'take no form that was written for another browser, another code, or by another site: %s',
      async (step) => {
        const question = await confirm();
        const other = await type((await device.begin()).userCode);
        const { user_code = '' } = hiddenFieldsOf(question);
        const fields = { username: 'ada', password: 'a-password', answer: 'allow' };
        for (const form_token of ['', 'x'.repeat(43), hiddenFieldsOf(other)['form_token'] ?? '']) {
          const refused = await visitor.post(`${app.url}/device/${step}`, {
            ...fields,
            user_code,
            form_token,
          });
          expect(refused).toMatchObject({ status: 403, title: 'This page was out of date - Articles' });
          expect(refused.page).toContain(`href="${begun.path}"`);
          expect(refused.headers.getSetCookie()).toEqual([]);
        }
        visitor = new PageVisitor();
        expect(await send(step, question, fields)).toMatchObject({ status: 403 });
        await pollsAs('authorization_pending');
      },
    );

    it('take no answer of somebody who has logged out', async () => {
      const question = await confirm();
      const { access_token: token } = await app.login('ada', 'a-password');
      await app.call('/auth/logout-all', { method: 'POST', token });
      const answer = await send('answer', question, { answer: 'allow' });
      expect(answer).toMatchObject({ status: 303, location: begun.path });
      expect(isLoginPage(await open(answer.location))).toBe(true);
      await pollsAs('authorization_pending');
    });

    it('let somebody else log in, who then is asked about the same device', async () => {
      const loggedOut = await send('logout', await confirm());
      expect(loggedOut).toMatchObject({ status: 303, location: begun.path });
      const page = await open(loggedOut.location);
      expect(isLoginPage(page)).toBe(true);
      await send('login', page, { username: 'linus', password: 'a-password' });
      expect((await open(begun.path)).page).toContain('<strong>linus</strong>');
    });

    // The last one: afterwards this address may guess no more.
    it('take no further guess from an address that guessed too often, not even a right one', async () => {
      await login();
      const guesses: Visit[] = [];
      while (guesses.at(-1)?.status !== 429 && guesses.length < 40)
        guesses.push(
          await type(
            `BBBB-${'BCDFGHJKLMNPQRSTVWXZ'[guesses.length % 20]}BB${guesses.length < 20 ? 'B' : 'C'}`,
          ),
        );
      const refused = await type(begun.userCode);
      expect(refused).toMatchObject({ status: 429, title: 'Too many attempts - Articles' });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    });
  });
}
