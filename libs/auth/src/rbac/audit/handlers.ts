import { RequestMethod, type Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { classesOf, decoratedMethodsOf } from '../../context/app-methods.js';
import { isDecorated } from '../../context/decorated-route.js';
import { nestMetadata as keys } from '../../context/nest-internals.js';
import { ACCESS_CLAUSES } from '../../context/route-layers.js';

/** What brings calls to a handler; `call`: something that we don't know. */
export type HandlerTransport = 'http' | 'graphql' | 'ws' | 'rpc' | 'call';

/** One method that calls of one transport can reach. */
export interface Handler {
  readonly type: Type;
  readonly method: object;
  /** `PostsController.update`. */
  readonly name: string;
  readonly transport: HandlerTransport;
  /** A field of GraphQL or a reference to be resolved: Nest runs guards before those only when it is told to. */
  readonly isField: boolean;
  /** `GET /posts/:id`, `Query posts`, `message 'posts.find'`, … */
  readonly entry: string;
}

type Read = (key: string) => unknown;

const word = (value: unknown): string => (typeof value === 'string' ? value : '');

// What makes a method a handler, and how its calls are named.
interface Mark {
  readonly key: string;
  readonly transport: HandlerTransport;
  readonly isField?: true;
  readonly entry: (read: Read, type: Type, slot: string) => string;
}

const MARKS: readonly Mark[] = [
  {
    key: keys.path,
    transport: 'http',
    entry: (read, type) => `${httpVerb(read(keys.method))} ${httpPath(type, read(keys.path))}`,
  },
  {
    key: keys.resolverProperty,
    transport: 'graphql',
    isField: true,
    entry: (read, _, slot) => `field ${word(read(keys.resolverName)) || slot}`,
  },
  { key: keys.resolverReference, transport: 'graphql', isField: true, entry: () => 'reference' },
  {
    key: keys.resolverType,
    transport: 'graphql',
    entry: (read, _, slot) => `${word(read(keys.resolverType))} ${word(read(keys.resolverName)) || slot}`,
  },
  {
    key: keys.messageMapping,
    transport: 'ws',
    entry: (read) => `socket ${JSON.stringify(read(keys.message))}`,
  },
  {
    key: keys.messagePattern,
    transport: 'rpc',
    entry: (read) => `message ${patterns(read(keys.messagePattern))}`,
  },
];

// The host guards it in its own way, or it belongs to a transport that we don't know. Its names are checked, too.
const UNKNOWN: Mark = { key: '', transport: 'call', entry: () => 'call' };

/** Every handler of the application, once for each transport: HTTP routes, resolvers, gateways, message patterns. */
export function handlersIn(modules: ModulesContainer): readonly Handler[] {
  return classesOf(modules.values()).flatMap(handlersOf);
}

function handlersOf(type: Type): Handler[] {
  return decoratedMethodsOf(type).flatMap(([slot, method]) => {
    const read: Read = (key) => Reflect.getMetadata(key, method) as unknown;
    const name = `${type.name}.${slot}`;
    return marksOf(read).flatMap(({ entry, transport, isField = false }): Handler[] => {
      // A field without decorators is guarded by the operation that it is a part of.
      if (
        isField
          ? !isDecorated(type, method)
          : transport === 'call' && !Reflect.hasMetadata(ACCESS_CLAUSES, method)
      )
        return [];
      return [{ type, method, name, transport, isField, entry: entry(read, type, slot) }];
    });
  });
}

/** One for each transport: a method may be a route and answer messages as well, with other guards before it. */
function marksOf(read: Read): readonly Mark[] {
  const found = new Map<HandlerTransport, Mark>();
  for (const mark of MARKS)
    if (!found.has(mark.transport) && read(mark.key) !== undefined) found.set(mark.transport, mark);
  return found.size === 0 ? [UNKNOWN] : [...found.values()];
}

function patterns(value: unknown): string {
  return (Array.isArray(value) ? value : [value]).map((pattern) => JSON.stringify(pattern)).join(', ');
}

function httpVerb(method: unknown): string {
  return RequestMethod[method as number] ?? 'HTTP';
}

function httpPath(type: Type, path: unknown): string {
  const controller: unknown = Reflect.getMetadata(keys.path, type);
  return listOf(controller)
    .flatMap((outer) =>
      listOf(path).map((inner) => `/${outer}/${inner}`.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')),
    )
    .join(', ');
}

function listOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return [typeof value === 'string' ? value : ''];
}
