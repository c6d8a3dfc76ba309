import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-gatehouse';
import { access } from '../access.js';
import { BrowserLoginsModule } from '../browser-logins/browser-logins.module.js';
import { AppClientRegistry } from '../clients/app-client.registry.js';
import { ClientsModule } from '../clients/clients.module.js';
import { AppSettings } from '../configuration/app-settings.js';
import { ConsoleScheme } from '../console/console.scheme.js';
import { DEVICE_PATH } from '../device/device-path.js';
import { AppInteraction } from '../interaction/app.interaction.js';
import { AppUserAuthenticator } from '../users/app-user-authenticator.js';
import { UsersModule } from '../users/users.module.js';
import { authOptions } from './auth-options.js';

/** All that the app has to say about authentication. */
@Module({})
export class AuthenticationModule {
  static with({ allowsPasswordGrant, allowsRegistration }: AppSettings): DynamicModule {
    const gatehouse = AuthModule.forRootAsync({
      imports: [UsersModule, ClientsModule, BrowserLoginsModule],
      inject: [AppSettings],
      useFactory: authOptions,
      userAuthenticator: AppUserAuthenticator,
      // The login of the console, which is good for nothing else.
      credentialSchemes: [ConsoleScheme],
      // Tokens for other applications, see docs/sample-app.md.
      oauth: {
        clients: AppClientRegistry,
        interaction: AppInteraction,
        deviceAuthorization: { verificationUri: DEVICE_PATH },
        tokenExchange: true,
        ...(allowsRegistration && { registration: { scope: Object.keys(access.scopes) } }),
        dangerouslyAllowPasswordGrant: allowsPasswordGrant,
      },
      // Problem documents for the errors of the app as well: malformed JSON, 404, 413, validation.
      problemDetailsFor: 'all',
    });
    return { module: AuthenticationModule, imports: [gatehouse] };
  }
}
