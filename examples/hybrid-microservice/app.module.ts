import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthModule } from 'nestjs-gatehouse';
import { access } from './access.js';
import { MessageTokenGuard } from './message-token.guard.js';
import { OrdersController } from './orders.controller.js';
import { People } from './people.js';

@Module({
  imports: [
    AuthModule.forRoot({
      issuer: 'https://orders.example',
      audience: 'https://orders.example',
      userAuthenticator: People,
      rbac: { definition: access },
    }),
  ],
  controllers: [OrdersController],
  providers: [{ provide: APP_GUARD, useClass: MessageTokenGuard }],
})
export class AppModule {}
