import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccessExplanationController } from './access-explanation.controller.js';
import { AdminController } from './admin.controller.js';
import { LimitsController } from './limits.controller.js';

@Module({
  imports: [UsersModule, AccountsModule],
  controllers: [AdminController, LimitsController, AccessExplanationController],
})
export class AdminModule {}
