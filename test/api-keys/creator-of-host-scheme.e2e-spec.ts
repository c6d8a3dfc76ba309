import { Body, Controller, Post } from '@nestjs/common';
import {
  ApiKeyService,
  CredentialScheme,
  CurrentUser,
  type Principal,
  TokenBlacklistService,
} from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';

type Request = Parameters<CredentialScheme['find']>[0];

/** What happens to somebody while a request of theirs is answered. */
const meanwhile: { verified?: (subject: string) => unknown; creates?: (subject: string) => unknown } = {};

/** A badge that a reader of the host knows: it carries no epoch, and was issued long ago. */
class BadgeScheme extends CredentialScheme {
  readonly scheme = 'Badge';

  find({ headers }: Request): string | undefined {
    return headers['x-badge'] as string | undefined;
  }

  async verify(subject: string) {
    const answer = { subject, tokenId: `badge of ${subject}`, issuedAt: Date.UTC(2020, 1) };
    await meanwhile.verified?.(subject);
    return answer;
  }
}

@Controller('badge-keys')
class BadgeKeysController {
  constructor(private readonly keys: ApiKeyService) {}

  @Post()
  async create(
    @CurrentUser() user: Principal,
    @Body() { how }: { how?: 'copied' | 'rebuilt' },
  ): Promise<object> {
    await meanwhile.creates?.(user.subject);
    const copy = how === 'rebuilt' ? (JSON.parse(JSON.stringify(user)) as Principal) : { ...user };
    const creator = how === undefined ? user : copy;
    return this.keys.create({ subject: user.subject, name: 'mine', creator });
  }
}

describe.each(everywhere)(
  '[11-F] an API key for a caller of a host scheme, on $platform and $medium',
  ({ platform, medium: kind }) => {
    let medium: TestMedium;
    let host: RunningApp;
    let blacklist: TokenBlacklistService;
    let serial = 0;

    beforeAll(async () => {
      medium = await startMedium(kind);
      host = await startApp({
        platform,
        controllers: [BadgeKeysController],
        logger: false,
        options: {
          throttler: false,
          apiKeys: true,
          ...(medium.redis !== undefined && { redis: medium.redis }),
        },
        extras: { credentialSchemes: [BadgeScheme] },
      });
      blacklist = host.app.get(TokenBlacklistService);
    });
    afterEach(() => {
      delete meanwhile.verified;
      delete meanwhile.creates;
    });
    afterAll(async () => {
      await host?.close();
      await medium?.stop();
    });

    const create = async (badge: string, body: object = {}) =>
      new Client(host.url).send<{ code?: string }>('POST', '/badge-keys', {
        headers: { 'x-badge': badge, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const listed = async (subject: string) => (await host.app.get(ApiKeyService).list(subject)).length;

    it('is created, also while somebody else is revoked', async () => {
      const subject = `badge-${++serial}`;
      meanwhile.creates = () => blacklist.revokeSubject('somebody else');
      expect((await create(subject)).status).toBe(201);
      expect(await listed(subject)).toBe(1);
    });

    it.each(['verified', 'creates'] as const)(
      'is not created for one who is revoked meanwhile, once the request %s',
      async (moment) => {
        const endings: readonly ((subject: string) => Promise<void>)[] = [
          (subject) => blacklist.revokeSubject(subject),
          (subject) => blacklist.revokeClient(subject),
          (subject) => blacklist.revokeToken({ tokenId: `badge of ${subject}`, subject, expiresAt: 8.64e15 }),
        ];
        for (const end of endings)
          for (const body of [{}, { how: 'copied' }]) {
            const subject = `badge-${++serial}`;
            meanwhile[moment] = end;
            const answer = await create(subject, body);
            expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
            expect(await listed(subject)).toBe(0);
          }
      },
    );

    it('is not created for one that was rebuilt, which does not say since when it is verified', async () => {
      const subject = `badge-${++serial}`;
      expect((await create(subject, { how: 'rebuilt' })).status).toBe(500);
      expect(await listed(subject)).toBe(0);
    });
  },
);
