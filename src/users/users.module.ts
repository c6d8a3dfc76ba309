import { Module } from '@nestjs/common';
import { AppUserAuthenticator } from './app-user-authenticator.js';
import { PasswordHasher } from './password-hasher.js';
import { UsersRepository } from './users.repository.js';

@Module({
  providers: [UsersRepository, PasswordHasher, AppUserAuthenticator],
  exports: [UsersRepository, PasswordHasher, AppUserAuthenticator],
})
export class UsersModule {}
