// The server under test, a process of its own: `app.mjs <stack> <platform> <redis url>`.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { decorate } from '../decorate.mjs';
import { answering } from '../processes.mjs';
import { builders } from './stacks.mjs';

/** Connections are kept for the whole run, also those that are seldom used. */
const KEEP_ALIVE_MS = 300_000;
const [stack, platform, redisUrl] = process.argv.slice(2);

class Hello {
  hello() {
    return { hello: 'world' };
  }
}
decorate(Hello, [Get('hello')], 'hello');
decorate(Hello, [Controller()]);

const { module, tokens } = builders[stack](redisUrl);
class App {}
decorate(App, [Module({ ...module, controllers: [Hello] })]);

// Who calls is told by the load, through `X-Forwarded-For`.
const adapter =
  platform === 'express' ? new ExpressAdapter() : new FastifyAdapter({ trustProxy: '127.0.0.1' });
const app = await NestFactory.create(App, adapter, { logger: ['error', 'warn'] });
if (platform === 'express') app.set('trust proxy', 'loopback');
await app.listen(0, '127.0.0.1');
Object.assign(app.getHttpServer(), { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });

let most = 0;
const note = () => {
  most = Math.max(most, process.memoryUsage.rss());
};
setInterval(note, 200).unref();

answering({
  about: async (users) => ({ url: await app.getUrl(), tokens: await tokens(app, users) }),
  /** Resident memory in MB, now and at most. */
  memory: () => {
    note();
    return { now: process.memoryUsage.rss() / 2 ** 20, most: most / 2 ** 20 };
  },
});
