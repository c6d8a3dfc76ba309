import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import './entries.js';

async function main(): Promise<void> {
  // A CommonJS host reaches the ESM library through require(esm).
  if (typeof require !== 'function') throw new Error('This proof is meant to run as CommonJS');
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log(`listening at ${await app.getUrl()}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
