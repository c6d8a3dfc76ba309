import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { BrowserLoginsRepository } from './browser-logins.repository.js';
import { BrowserLogins } from './browser-logins.service.js';
import { PageEvents } from './page-events.service.js';
import { PageLogins } from './page-logins.service.js';

@Module({
  imports: [UsersModule],
  providers: [BrowserLoginsRepository, BrowserLogins, PageEvents, PageLogins],
  exports: [BrowserLogins, PageEvents, PageLogins],
})
export class BrowserLoginsModule {}
