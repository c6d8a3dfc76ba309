import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-gatehouse';
import { AppClientRegistry } from '../clients/app-client.registry.js';
import { ClientsModule } from '../clients/clients.module.js';
import { AppSettings } from '../configuration/app-settings.js';
import { AppUserAuthenticator } from '../users/app-user-authenticator.js';
import { UsersModule } from '../users/users.module.js';
import { authOptions } from './auth-options.js';

/** All that the app has to say about authentication. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      imports: [UsersModule, ClientsModule],
      inject: [AppSettings],
      useFactory: authOptions,
      userAuthenticator: AppUserAuthenticator,
      // Tokens for other applications, see docs/sample-app.md.
      oauth: { clients: AppClientRegistry },
      // Problem documents for the errors of the app as well: malformed JSON, 404, 413, validation.
      problemDetailsFor: 'all',
    }),
  ],
})
export class AuthenticationModule {}
