import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { BrowserLoginsRepository } from './browser-logins.repository.js';
import { BrowserLogins } from './browser-logins.service.js';

@Module({
  imports: [UsersModule],
  providers: [BrowserLoginsRepository, BrowserLogins],
  exports: [BrowserLogins],
})
export class BrowserLoginsModule {}
