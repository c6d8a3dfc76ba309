import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ClientsModule } from '../clients/clients.module.js';
import { ClientsService } from '../clients/clients.service.js';
import { UsersModule } from '../users/users.module.js';
import { AccessExplanationController } from './access-explanation.controller.js';
import { AdminController } from './admin.controller.js';
import { ClientsController } from './clients.controller.js';
import { LimitsController } from './limits.controller.js';

@Module({
  imports: [UsersModule, AccountsModule, ClientsModule],
  controllers: [AdminController, ClientsController, LimitsController, AccessExplanationController],
  providers: [ClientsService],
})
export class AdminModule {}
