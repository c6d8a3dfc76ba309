import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-gatehouse';
import { AppSettings } from '../configuration/app-settings.js';
import { AppUserAuthenticator } from '../users/app-user-authenticator.js';
import { UsersModule } from '../users/users.module.js';
import { authOptions } from './auth-options.js';

/** All that the app has to say about authentication. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      imports: [UsersModule],
      inject: [AppSettings],
      useFactory: authOptions,
      userAuthenticator: AppUserAuthenticator,
      // Problem documents for the errors of the app as well: malformed JSON, 404, 413, validation.
      problemDetails: 'all',
    }),
  ],
})
export class AuthenticationModule {}
