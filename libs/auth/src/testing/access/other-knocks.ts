import { EventEmitter } from 'node:events';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator, ModulesContainer } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import { nestMetadata as keys } from '../../context/nest-internals.js';
import type { Principal } from '../../kernel/principal.js';
import { GraphqlModules } from '../../rbac/audit/graphql-modules.js';
import type { Handler } from '../../rbac/audit/handlers.js';
import { marked } from './door.js';
import { socketContextsOf } from './nest-app-internals.js';

/** What an actor shows. */
export interface Shown {
  readonly token: string | undefined;
  readonly principal: Principal | undefined;
}

/** One way to a handler, by which an actor calls it. */
export type Way = (shown: Shown) => unknown;

/** A server of messages, as Nest has it. */
interface MessageServer {
  getHandlers?(): ReadonlyMap<string, (...args: unknown[]) => unknown>;
  normalizePattern?(pattern: unknown): string;
}

/** The ways to a handler that isn't reached by plain HTTP; none where the app has no such transport. */
export function waysTo(handler: Handler, app: INestApplicationContext): readonly Way[] {
  switch (handler.transport) {
    case 'rpc':
      return messageWays(handler, app);
    case 'ws':
      return socketWays(handler, app);
    case 'graphql':
      return graphqlWays(handler, app);
    default:
      return externalWays(handler, app, 'http', true, () => []);
  }
}

/** As the servers that the app is connected to hand messages on. Nest lets the guards in front of ours find out who sent one. */
function messageWays({ method }: Handler, app: INestApplicationContext): readonly Way[] {
  const servers: MessageServer[] = [];
  const modules = app.get(ModulesContainer, { strict: false });
  modules
    .getRpcTargetRegistry<MessageServer>()
    .subscribe((server) => servers.push(server))
    .unsubscribe();
  const patterns = [Reflect.getMetadata(keys.messagePattern, method) as unknown].flat();
  return servers.flatMap((server) => {
    const names = patterns.map((pattern) => server.normalizePattern?.(pattern) ?? String(pattern));
    return names.flatMap((name): Way[] => {
      const handle = server.getHandlers?.().get(name);
      if (handle === undefined) return [];
      return [
        ({ principal }) =>
          settled(handle(marked({}), { user: principal, getPattern: () => name, getArgs: () => [] })),
      ];
    });
  });
}

/** As a client of socket.io would be met, and one of `ws` whose upgrade was looked at. */
function socketWays({ type, method, name }: Handler, app: INestApplicationContext): readonly Way[] {
  const contexts = socketContextsOf(app);
  if (contexts === undefined) return [];
  return instancesOf(type, app).map(({ instance, moduleKey }) => ({ token }) => {
    const handle = contexts.create(instance, method, moduleKey, slotOf(name));
    return settled(handle(marked(socketOf(token)), {}));
  });
}

function graphqlWays(handler: Handler, app: INestApplicationContext): readonly Way[] {
  const config = app.get(ApplicationConfig, { strict: false });
  const modules = new GraphqlModules(app.get(ModulesContainer, { strict: false }), config);
  const isGuarded = !handler.isField || modules.guardFields();
  return externalWays(handler, app, 'graphql', isGuarded, ({ token }) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const req = { method: 'POST', url: '/graphql', headers, rawHeaders: [], ip: '198.51.100.1', socket: {} };
    return [marked({}), {}, { req, request: req }, { parentType: {}, path: {}, operation: {} }];
  });
}

function externalWays(
  { type, method, name }: Handler,
  app: INestApplicationContext,
  transport: string,
  guards: boolean,
  argsOf: (shown: Shown) => readonly unknown[],
): readonly Way[] {
  const creator = app.get(ExternalContextCreator, { strict: false });
  const steps = { guards, interceptors: true, filters: false };
  return instancesOf(type, app).map(({ instance }) => {
    const call = creator.create(
      instance,
      method as never,
      slotOf(name),
      ...([undefined, undefined, undefined, undefined] as const),
      steps,
      transport as never,
    ) as (...args: readonly unknown[]) => Promise<unknown>;
    return (shown) => settled(call(...argsOf(shown)));
  });
}

function instancesOf(
  type: Type,
  app: INestApplicationContext,
): readonly { readonly instance: object; readonly moduleKey: string }[] {
  return [...app.get(ModulesContainer, { strict: false })].flatMap(
    ([moduleKey, { providers, controllers }]) =>
      [...providers.values(), ...controllers.values()]
        .filter(({ metatype }) => metatype === type)
        .map((wrapper) => ({ instance: wrapper.instance ?? {}, moduleKey })),
  );
}

function slotOf(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

function socketOf(token: string | undefined): object {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const request = { headers, rawHeaders: [], url: '/', socket: {} };
  const handshake = { headers, auth: {}, query: {}, url: '/', address: '198.51.100.1' };
  const silent = { id: 'access-probe', data: {}, rooms: new Set(), emit: () => true, send: () => {} };
  return Object.assign(new EventEmitter(), { ...silent, handshake, request });
}

async function settled(answer: unknown): Promise<void> {
  try {
    const found = await answer;
    if (isObservable(found)) await lastValueFrom(found, { defaultValue: undefined });
  } catch {
    // Where it was refused is known by then.
  }
}
