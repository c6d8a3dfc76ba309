import { Module } from '@nestjs/common';
import { BrowserLoginsModule } from '../browser-logins/browser-logins.module.js';
import { UsersModule } from '../users/users.module.js';
import { InteractionController } from './interaction.controller.js';
import { InteractionService } from './interaction.service.js';

/** The pages at which people log in and agree to what a client asks for. */
@Module({
  imports: [UsersModule, BrowserLoginsModule],
  controllers: [InteractionController],
  providers: [InteractionService],
})
export class InteractionModule {}
