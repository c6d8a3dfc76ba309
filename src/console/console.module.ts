import { Module } from '@nestjs/common';
import { BrowserLoginsModule } from '../browser-logins/browser-logins.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccessController } from './access/access.controller.js';
import { ConsoleLoginController } from './console-login.controller.js';
import { ElsewhereController } from './elsewhere.controller.js';
import { EventsController } from './events/events.controller.js';
import { RecentEvents } from './events/recent-events.service.js';
import { KeysController } from './keys/keys.controller.js';
import { AccountNames } from './limits/account-names.service.js';
import { BlockedClients } from './limits/blocked-clients.service.js';
import { ConsoleLimitsController } from './limits/limits.controller.js';
import { OverviewController } from './overview/overview.controller.js';
import { SessionsController } from './sessions/sessions.controller.js';

/** Pages for administrators, made of nothing but what the package exports. */
@Module({
  imports: [UsersModule, BrowserLoginsModule],
  controllers: [
    ConsoleLoginController,
    OverviewController,
    SessionsController,
    AccessController,
    ConsoleLimitsController,
    KeysController,
    EventsController,
    // The last one: it takes what no other takes.
    ElsewhereController,
  ],
  providers: [RecentEvents, BlockedClients, AccountNames],
})
export class ConsoleModule {}
