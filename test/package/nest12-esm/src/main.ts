import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import * as rbac from 'nestjs-gatehouse/rbac';
import * as testing from 'nestjs-gatehouse/testing';
import * as throttler from 'nestjs-gatehouse/throttler';
import { AppModule } from './app.module.js';

// Each entry of the exports map must load and export something.
for (const [name, entry] of Object.entries({ rbac, testing, throttler })) {
  if (Object.keys(entry).length === 0) throw new Error(`nestjs-gatehouse/${name} exports nothing`);
}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(`listening at ${await app.getUrl()}`);
