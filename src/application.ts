import type { INestApplication } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import type { AppSettings } from './configuration/app-settings.js';

const BODY_LIMIT_BYTES = 100 * 1024;

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
  return app.enableShutdownHooks();
}

/** Loads only the platform that is used. */
async function platformAdapter(platform: AppSettings['platform']): Promise<AbstractHttpAdapter> {
  if (platform === 'fastify') {
    const { FastifyAdapter } = await import('@nestjs/platform-fastify');
    return new FastifyAdapter({ bodyLimit: BODY_LIMIT_BYTES });
  }
  // Express refuses bodies of more than 100 kB by itself.
  const { ExpressAdapter } = await import('@nestjs/platform-express');
  const adapter = new ExpressAdapter();
  adapter.disable('x-powered-by');
  return adapter;
}
