import { NestFactory } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule);
app.connectMicroservice(
  {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: Number(process.env['TCP_PORT'] ?? 4000) },
  },
  // Without it no guard runs before a message; the app would refuse to start.
  { inheritAppConfig: true },
);
app.enableShutdownHooks();
await app.startAllMicroservices();
await app.listen(process.env['PORT'] ?? 3000);
console.log(`listens on ${await app.getUrl()}`);
