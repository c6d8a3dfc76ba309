import { type DynamicModule, Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { AdminModule } from './admin/admin.module.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { ArticlesModule } from './articles/articles.module.js';
import { AuthenticationModule } from './authentication/authentication.module.js';
import type { AppSettings } from './configuration/app-settings.js';
import { ConfigurationModule } from './configuration/configuration.module.js';
import { ConsoleModule } from './console/console.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DeviceModule } from './device/device.module.js';
import { HealthController } from './health/health.controller.js';
import { InteractionModule } from './interaction/interaction.module.js';
import { ConnectionDrain } from './platform/connection-drain.service.js';
import { InputPipe } from './platform/input.pipe.js';
import { ProfileModule } from './profile/profile.module.js';
import { SeedModule } from './seed/seed.module.js';

@Module({
  imports: [
    DatabaseModule,
    SeedModule,
    ArticlesModule,
    ProfileModule,
    ApiKeysModule,
    AdminModule,
    InteractionModule,
    DeviceModule,
    ConsoleModule,
  ],
  controllers: [HealthController],
  providers: [ConnectionDrain, { provide: APP_PIPE, useClass: InputPipe }],
})
export class AppModule {
  static with(settings: AppSettings): DynamicModule {
    return {
      module: AppModule,
      imports: [ConfigurationModule.with(settings), AuthenticationModule.with(settings)],
    };
  }
}
