import { decodeJwt } from 'jose';
import { Client } from '../support/app/client.js';
import { startApp } from '../support/app/start-app.js';
import { startMedium } from '../support/app/stores.js';
import { age } from '../support/sessions/ageing.js';
import { kinds } from './kinds.js';

describe.each(kinds)('[11-C] a handshake over $name', ({ news, adapter, over, ended }) => {
  it('uses what a refresh handed out: the token before it is reuse, which closes the socket', async () => {
    const medium = await startMedium('memory');
    const running = await startApp({
      imports: [news({})],
      options: { throttler: false },
      prepare: (app) => app.useWebSocketAdapter(adapter(app)),
    });
    const client = new Client(running.url);
    const first = await client.login();
    const { body: second } = await client.refresh(first.refresh_token);
    const connection = over(running.url, { token: second.access_token });
    expect(await connection.begun).toBe('open');
    await age(String(decodeJwt(first.access_token)['sid']), 11_000, { app: running.app, medium });
    expect((await client.refresh(first.refresh_token)).status).toBe(400);
    expect(await connection.ended).toEqual({ at: 'later', code: ended });
    connection.close();
    await running.close();
    await medium.stop();
  });
});
