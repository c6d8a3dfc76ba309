import { Module } from '@nestjs/common';
import { BrowserLoginsModule } from '../browser-logins/browser-logins.module.js';
import { UsersModule } from '../users/users.module.js';
import { DeviceAnswers } from './device-answers.service.js';
import { DeviceController } from './device.controller.js';

/** The pages at which people let their devices in. */
@Module({
  imports: [UsersModule, BrowserLoginsModule],
  controllers: [DeviceController],
  providers: [DeviceAnswers],
})
export class DeviceModule {}
