import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { UsersModule } from '../users/users.module.js';
import { Seeder } from './seeder.service.js';

@Module({ imports: [UsersModule, ClientsModule], providers: [Seeder] })
export class SeedModule {}
