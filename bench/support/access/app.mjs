// The server under test, a process of its own: `app.mjs <case> <platform> <redis url>`.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { decorate } from '../decorate.mjs';
import { answering } from '../processes.mjs';
import { allocating, countCommands, tracingWaits } from './counters.mjs';
import { builders } from './stacks.mjs';

const [name, platform, redisUrl] = process.argv.slice(2);
const sent = countCommands();

class Hello {
  hello() {
    return { hello: 'world' };
  }
}

const { module, tokens, another, route = [], bodyParser } = await builders[name](redisUrl);
decorate(Hello, [Get('hello'), ...route], 'hello');
decorate(Hello, [Controller()]);
class App {}
decorate(App, [Module({ ...module, controllers: [Hello] })]);
const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
const app = await NestFactory.create(App, adapter, {
  logger: ['error'],
  ...(bodyParser !== undefined && { bodyParser }),
});
await app.listen(0, '127.0.0.1');
Object.assign(app.getHttpServer(), { keepAliveTimeout: 300_000, requestTimeout: 0 });

answering({
  /** `cold`: as many tokens more, each to be shown once. */
  about: async (users, cold) => {
    const minted = await tokens(app, users);
    const more = Array.from({ length: cold }, (_, at) => another(minted[at % users], at));
    return { port: new URL(await app.getUrl()).port, tokens: minted, cold: more };
  },
  /** CPU time of this process in µs, and commands sent to Redis, since it began. */
  usage: () => ({ ...process.cpuUsage(), sent: sent() }),
  /** The most that was ever resident, in MB. */
  mostResident: () => process.resourceUsage().maxRSS / 1024,
  ...allocating(),
  ...tracingWaits(app.getHttpServer()),
});
