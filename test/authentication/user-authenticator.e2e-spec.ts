import { UserAuthenticator } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';

class Answering extends UserAuthenticator {
  constructor(private readonly answer: unknown) {
    super();
  }

  async authenticate(): Promise<never> {
    return this.answer as never;
  }
}

describe.each([undefined, null, false, ''])('a user authenticator that answers %j', (answer) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      extras: { userAuthenticator: { useValue: new Answering(answer) } },
      options: {
        throttle: { throttlers: [], credentials: { perAccountAndAddress: [{ failures: 3, within: '1h' }] } },
      },
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  it('[obligation 60] has refused the credentials, and the failure counts', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 4; guess += 1)
      statuses.push(
        (await client.post('/auth/login', { username: 'demo', password: `guess-${guess}` })).status,
      );
    expect(statuses).toEqual([401, 401, 401, 429]);
  });
});
