import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { AccountsService } from './accounts.service.js';

@Module({ imports: [UsersModule], providers: [AccountsService], exports: [AccountsService] })
export class AccountsModule {}
