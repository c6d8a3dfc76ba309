import { NestFactory } from '@nestjs/core';
import { AuthModule } from '../../auth.module.js';
import { TokenService } from '../../tokens/token.service.js';
import { SessionListing } from './session-listing.js';

describe('SessionListing', () => {
  it('lists more sessions than the store answers in one go, each once', async () => {
    const module = AuthModule.forRoot({
      issuer: 'https://auth.test',
      audience: 'https://api.test',
      keys: { secret: 'an HS256 secret for tests, long enough' },
      sessions: { maxSessionsPerSubject: 0 },
      endpoints: { auth: false },
    });
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    const login = {
      subject: 'ada',
      clientId: 'web',
      roles: [],
      authenticatedAt: Date.now(),
      device: {},
    };
    const opened = [];
    for (let at = 0; at < 1_050; at++) opened.push((await app.get(TokenService).login(login)).principal);
    const seen: string[] = [];
    let after: { id: string; createdAt: number } | undefined;
    do {
      const { rows, next } = await app.get(SessionListing).page(opened[0]!, { limit: 100, after });
      seen.push(...rows.map(({ id }) => id));
      const [, createdAt, id] = /&after=(\d+)\.([\w-]+)>/.exec(next ?? '') ?? [];
      after = id === undefined ? undefined : { id, createdAt: Number(createdAt) };
    } while (after !== undefined);
    await app.close();
    expect(seen).toHaveLength(1_050);
    expect(new Set(seen)).toEqual(new Set(opened.map(({ sessionId }) => sessionId)));
  });
});
