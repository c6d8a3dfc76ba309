import { Controller, type INestApplication, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import {
  AuthModule,
  type AuthModuleExtras,
  type AuthModuleOptions,
  type AccessDefinition,
} from 'nestjs-gatehouse';
import { accessOf } from '../../libs/auth/src/access-lock/facts/access-of-app.js';
import type { AccessLock } from '../../libs/auth/src/access-lock/lock/access-lock.js';
import { adapterFor, type Platform, requiredOptions, TestUsers } from '../support/app/start-app.js';

type AnyDecorator = ClassDecorator | MethodDecorator;

/** A class with handlers: its name, what stands on it, and on each of its methods. */
export interface ClassPlan {
  name: string;
  on: ClassDecorator[];
  methods: Record<string, AnyDecorator[]>;
}

/** All that a host writes: what a mutation changes something of. */
export interface HostPlan {
  controllers: Record<string, ClassPlan>;
  providers: Record<string, ClassPlan>;
  definition: AccessDefinition & { roles: Record<string, { inherits?: string[]; grants?: string[] }> };
  options: { -readonly [Name in keyof AuthModuleOptions]?: AuthModuleOptions[Name] };
  extras: AuthModuleExtras;
  more: Required<Pick<ModuleMetadata, 'imports' | 'providers'>>;
  platform: Platform;
  /** Of a testing module, which boots the app where it is given. */
  override?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
  /** What is done to the app before it is initialised. */
  prepare: ((app: INestApplication) => unknown)[];
  /** How controllers and providers are put into modules. */
  modules: (controllers: Type[], providers: Type[]) => NonNullable<ModuleMetadata['imports']>;
}

/** Who may call what in the app of a plan, which is booted for that and closed again. */
export async function lockOf(plan: HostPlan): Promise<AccessLock> {
  const { controllers, providers, definition, options, extras, more } = plan;
  const rbac = { audit: 'off', definition, ...options.rbac } as const;
  const auth = AuthModule.forRoot({
    ...requiredOptions,
    userAuthenticator: TestUsers,
    ...options,
    rbac,
    ...extras,
  });
  const hosts = plan.modules(Object.values(controllers).map(written), Object.values(providers).map(written));
  @Module({ imports: [auth, ...hosts, ...more.imports], providers: more.providers })
  class HostModule {}
  const app = await appOf(HostModule, plan);
  try {
    for (const prepare of plan.prepare) await prepare(app);
    await app.init();
    return accessOf(app)!;
  } finally {
    await app.close();
  }
}

async function appOf(module: Type, { platform, override }: HostPlan): Promise<INestApplication> {
  const options = { logger: false, abortOnError: false } as const;
  if (override === undefined) return NestFactory.create(module, adapterFor(platform), options);
  const builder = Test.createTestingModule({ imports: [module] });
  return (await override(builder).compile()).createNestApplication(adapterFor(platform), options);
}

/** All in one module. */
export const oneModule: HostPlan['modules'] = (controllers, providers) => {
  @Module({ controllers, providers })
  class Hosts {}
  return [Hosts];
};

/** A plan of a controller. */
export const controller = (
  path: string,
  name: string,
  methods: ClassPlan['methods'],
  ...on: ClassDecorator[]
): ClassPlan => ({ name, on: [Controller(path), ...on], methods });

function written({ name, on, methods }: ClassPlan): Type {
  const type = { [name]: class {} }[name] as Type;
  const prototype = type.prototype as Record<string, unknown>;
  for (const [slot, decorators] of Object.entries(methods)) {
    Object.defineProperty(prototype, slot, {
      configurable: true,
      writable: true,
      value: { [slot]: () => slot }[slot],
    });
    const descriptor = Object.getOwnPropertyDescriptor(prototype, slot)!;
    for (const decorate of decorators.toReversed())
      (decorate as MethodDecorator)(prototype, slot, descriptor);
  }
  for (const decorate of on.toReversed()) decorate(type);
  return type;
}
