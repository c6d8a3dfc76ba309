import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AuthConfigurationError,
  AuthModule,
  type AuthModuleExtras,
  AuthorizationService,
  ClientLoginService,
  DeviceAuthorizationService,
} from 'nestjs-gatehouse';
import { requiredOptions, TestUsers } from '../support/app/start-app.js';
import { TestPages } from './smallest-ports.js';

type Extras = Pick<AuthModuleExtras, 'userAuthenticator' | 'oauth' | 'endpoints'>;

@Injectable()
class OfHost {
  constructor(
    readonly pages: AuthorizationService,
    readonly devices: DeviceAuthorizationService,
    readonly logins: ClientLoginService,
  ) {}
}

const oauth = { clients: [], interaction: TestPages, deviceAuthorization: { verificationUri: '/device' } };
const sound = { userAuthenticator: TestUsers, oauth } satisfies Extras;

const doors = [
  {
    door: 'forRoot',
    open: (extras: Extras) => AuthModule.forRoot({ ...requiredOptions, ...extras }),
  },
  {
    door: 'forRootAsync',
    open: (extras: Extras) => AuthModule.forRootAsync({ ...extras, useFactory: () => requiredOptions }),
  },
];

describe.each(doors)('a host that injects what $door makes for clients', ({ open }) => {
  async function boot(extras: Extras): Promise<void> {
    @Module({ providers: [OfHost] })
    class OfHostModule {}
    @Module({ imports: [OfHostModule, open(extras)] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
    expect(app.get(OfHost, { strict: false }).devices).toBeInstanceOf(DeviceAuthorizationService);
    await app.close();
  }

  it('gets it', () => boot(sound));

  it.each<[string, unknown]>([
    [
      'oauth.deviceAuthorization.ttl',
      { ...sound, oauth: { ...oauth, deviceAuthorization: { verificationUri: '/device', ttl: '3s' } } },
    ],
    ['oauth.interaction', { ...sound, oauth: { ...oauth, interaction: 7 } }],
    ['endpoints.auth', { ...sound, endpoints: { auth: 7 } }],
    ['userAuthenticator', { ...sound, userAuthenticator: 7 }],
  ])('is told of %s, not that something is missing', async (option, extras) => {
    const refused = boot(extras as Extras);
    await expect(refused).rejects.toBeInstanceOf(AuthConfigurationError);
    await expect(refused).rejects.toMatchObject({ findings: [{ option }] });
  });
});
