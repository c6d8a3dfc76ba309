// The access lockfile of 300 routes and 50 roles: booting, writing and comparing, beside half and twice as many.
// npm run build && node bench/access-lock.mjs
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, Permissions, UserAuthenticator } from '../libs/auth/dist/index.js';
import { reviewAccess } from '../libs/auth/dist/access-lock/index.js';

const TARGET_MS = 2000;
const TRIES = 5;

class Nobody extends UserAuthenticator {
  async authenticate() {}
}

/** Ten routes a controller, each with a permission of its own; a chain of roles that are granted some of them each. */
function appOf(routes, roles, prefix = '') {
  const controllers = Array.from({ length: routes / 10 }, (_, at) => {
    class Things {}
    for (let index = 0; index < 10; index++) {
      const slot = `get${index}`;
      const value = () => slot;
      Object.defineProperty(Things.prototype, slot, { value, configurable: true, writable: true });
      const descriptor = Object.getOwnPropertyDescriptor(Things.prototype, slot);
      Get(`${index}/:id`)(Things.prototype, slot, descriptor);
      Permissions(`things${at}:get${index}`)(Things.prototype, slot, descriptor);
    }
    Controller(`${prefix}things${at}`)(Things);
    return Things;
  });
  const definition = {
    roles: Object.fromEntries(
      Array.from({ length: roles }, (_, at) => {
        const grants = controllers.flatMap((_type, of) => (of % roles === at ? [`things${of}:*`] : []));
        return [`role${at}`, { inherits: at === 0 ? [] : [`role${at - 1}`], grants }];
      }),
    ),
  };
  class AppModule {}
  const issuer = 'https://bench.example';
  const auth = AuthModule.forRoot({
    issuer,
    audience: issuer,
    rbac: { definition },
    userAuthenticator: Nobody,
  });
  Module({ imports: [auth], controllers })(AppModule);
  return AppModule;
}

async function timed(AppModule, file, mode) {
  const app = { load: async () => ({ AppModule }), name: undefined };
  const review = { app, file, mode, markdown: undefined, svg: undefined, timeoutMs: 60_000 };
  const lines = [];
  const startedAt = performance.now();
  await reviewAccess(review, { out: (line) => lines.push(line), err: console.error });
  return { ms: performance.now() - startedAt, told: lines.at(-1) };
}

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
let isMet = true;
for (const [routes, roles] of [
  [150, 50],
  [300, 50],
  [600, 50],
  [300, 100],
]) {
  const file = join(folder, `${routes}-${roles}.json`);
  const steps = { write: [], check: [], moved: [] };
  for (let run = 0; run < TRIES; run++) {
    steps.write.push(await timed(appOf(routes, roles), file, 'update'));
    steps.check.push(await timed(appOf(routes, roles), file, 'check'));
    steps.moved.push(await timed(appOf(routes, roles, 'v1/'), file, 'check'));
  }
  const told = Object.entries(steps).map(([step, runs]) => {
    const ms = runs.map((each) => each.ms).sort((one, other) => one - other)[Math.floor(TRIES / 2)];
    if (routes === 300 && roles === 50) isMet &&= ms < TARGET_MS;
    return `${step} ${Math.round(ms)} ms`;
  });
  console.log(`${routes} routes, ${roles} roles: ${told.join(', ')} (${steps.moved[0].told.split(': ')[1]})`);
}
await rm(folder, { recursive: true });
console.log(`300 routes and 50 roles in less than ${TARGET_MS} ms: ${isMet ? 'yes' : 'NO'}`);
process.exitCode = isMet ? 0 : 2;
