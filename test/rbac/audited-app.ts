import { type INestApplication, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, type AuthModuleExtras, type AuthModuleOptions, RouteAudit } from 'nestjs-gatehouse';
import { adapterFor, type Platform, requiredOptions, TestUsers } from '../support/app/start-app.js';
import { Warnings } from '../support/app/warnings.js';

/** An app of a host, with the roles of these specs. */
export interface Shape extends Pick<ModuleMetadata, 'controllers' | 'providers' | 'imports'> {
  readonly platform?: Platform;
  readonly rbac?: AuthModuleOptions['rbac'];
  readonly extras?: AuthModuleExtras;
  readonly prepare?: (app: INestApplication) => unknown;
}

const apps: INestApplication[] = [];
const told = new WeakMap<INestApplication, readonly string[]>();

/** Boots an app without listening. */
export async function startAudited({
  platform = 'express',
  rbac,
  extras,
  prepare,
  imports = [],
  ...shape
}: Shape): Promise<INestApplication> {
  const auth = AuthModule.forRoot({
    ...requiredOptions,
    userAuthenticator: TestUsers,
    rbac: { definition: { roles: { admin: {} } }, ...rbac },
    ...extras,
  });
  @Module({ ...shape, imports: [auth, ...imports] })
  class HostModule {}
  const logger = new Warnings();
  const app = await NestFactory.create(HostModule, adapterFor(platform), { logger, abortOnError: false });
  apps.push(app);
  await prepare?.(app);
  await app.init();
  told.set(app, logger.lines);
  return app;
}

/** Everything an app has warned of so far. */
export const warningsOf = (app: INestApplication): string => told.get(app)?.join('\n') ?? '';

/** Closes what was started. */
export async function closeAll(): Promise<void> {
  for (const app of apps.splice(0)) await app.close();
}

/** Column `guarded by` of the route table, by handler. */
export const guardedBy = (app: INestApplication): Record<string, string> =>
  Object.fromEntries(
    app
      .get(RouteAudit)
      .table()
      .rows.map((row) => [row.handler, row.guardedBy]),
  );
