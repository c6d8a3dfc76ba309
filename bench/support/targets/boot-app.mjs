// An app that says how long it took from the start of its process until it listens: `boot-app.mjs <bare|gatehouse> <redis url>`.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const [name, redisUrl] = process.argv.slice(2);

class App {}
Module({ imports: name === 'bare' ? [] : [await ours()] })(App);
const app = await NestFactory.create(App, new FastifyAdapter(), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
process.send({ ms: performance.now() });

async function ours() {
  const { AuthModule } = await import('../../../libs/auth/dist/index.js');
  const { baseOptions } = await import('../access/gatehouse.mjs');
  const redis = { url: redisUrl, deadline: '5s' };
  return AuthModule.forRoot({ ...baseOptions(process.env.BENCH_PRIVATE_KEY), redis });
}
