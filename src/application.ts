import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import type { AppSettings } from './configuration/app-settings.js';
import { platformAdapter } from './platform/platform-adapter.js';

/** The app, ready to listen, on the platform of the settings. */
export async function createApplication(settings: AppSettings): Promise<INestApplication> {
  const app = await NestFactory.create(AppModule.with(settings), await platformAdapter(settings.platform), {
    // A failed start is main's to report, in one message.
    abortOnError: false,
    bufferLogs: true,
    autoFlushLogs: false,
    logger: ['fatal', 'error', 'warn'],
  });
  app.flushLogs();
  return app.enableShutdownHooks(undefined, { useProcessExit: true });
}
