import { hiddenFieldsOf, PageVisitor, type Visit } from '../interaction/page-visitor.js';
import type { SampleApp } from '../sample-app.js';

/** Somebody at the console, with a browser that shows nothing. */
export class ConsoleVisitor {
  readonly browser = new PageVisitor();

  constructor(private readonly app: SampleApp) {}

  static async loggedIn(app: SampleApp, username: string, password: string): Promise<ConsoleVisitor> {
    const visitor = new ConsoleVisitor(app);
    await visitor.logIn(username, password);
    return visitor;
  }

  /** Opens a page of the console, over the redirects before it. */
  open(path = ''): Promise<Visit> {
    return this.browser.open(`${this.app.url}/console${path}`);
  }

  /** Fills in the login page that a path leads to. */
  async logIn(username: string, password: string, path = ''): Promise<Visit> {
    return this.send('/login', { ...hiddenFieldsOf(await this.open(path)), username, password });
  }

  /** Sends a form, with the proof that this browser was shown one unless the fields say otherwise. */
  async send(path: string, fields: Readonly<Record<string, string>>): Promise<Visit> {
    const proof = 'form_token' in fields ? {} : hiddenFieldsOf(await this.open());
    return this.browser.post(`${this.app.url}/console${path}`, { ...proof, ...fields });
  }

  /** Ids of the sessions that are shown of a user. */
  async sessionsOf(user: string): Promise<readonly string[]> {
    const { page } = await this.open(`/sessions/of?user=${encodeURIComponent(user)}`);
    return [...page.matchAll(/name="session" value="([^"]+)"/g)].map(([, id = '']) => id);
  }
}
