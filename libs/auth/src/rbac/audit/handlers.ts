import type { Type } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { ACCESS_CLAUSES } from '../../context/route-layers.js';

/** One method that calls can reach. */
export interface Handler {
  readonly type: Type;
  readonly method: object;
  /** `PostsController.update`. */
  readonly name: string;
  /** `GET /posts/:id`, `Query posts`, `message 'posts.find'`, … */
  readonly entry: string;
}

type Read = (key: string) => unknown;

const word = (value: unknown): string => (typeof value === 'string' ? value : '');

// The keys under which Nest's own decorators keep what makes a method a handler.
const MARKS: readonly (readonly [key: string, entry: (read: Read, type: Type, slot: string) => string])[] = [
  ['path', (read, type) => `${httpVerb(read('method'))} ${httpPath(type, read('path'))}`],
  [
    'graphql:resolver_type',
    (read, _, slot) =>
      `${word(read('graphql:resolver_type'))} ${word(read('graphql:resolver_name')) || slot}`,
  ],
  ['websockets:message_mapping', (read) => `socket ${JSON.stringify(read('message'))}`],
  ['microservices:pattern', (read) => `message ${patterns(read('microservices:pattern'))}`],
];

const VERBS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL', 'OPTIONS', 'HEAD', 'SEARCH'] as const;

/** Finds every handler of the application: HTTP routes, resolvers, gateways, message patterns. */
export class Handlers {
  private readonly scanner = new MetadataScanner();

  constructor(private readonly modules: ModulesContainer) {}

  /** Each handler once, in the order of modules and classes. */
  all(): readonly Handler[] {
    const types = new Set<Type>();
    for (const module of this.modules.values())
      for (const { metatype } of [...module.controllers.values(), ...module.providers.values()])
        if (isClass(metatype)) types.add(metatype);
    return [...types].flatMap((type) => this.of(type));
  }

  private of(type: Type): Handler[] {
    const prototype = type.prototype as Record<string, unknown>;
    return this.scanner.getAllMethodNames(prototype).flatMap((slot) => {
      const method = prototype[slot];
      if (typeof method !== 'function') return [];
      const read: Read = (key) => Reflect.getMetadata(key, method) as unknown;
      const mark = MARKS.find(([key]) => read(key) !== undefined);
      const name = `${type.name}.${slot}`;
      if (mark !== undefined) return [{ type, method, name, entry: mark[1](read, type, slot) }];
      // Guarded by hand or over a transport we have no name for: its names are checked all the same.
      return Reflect.hasMetadata(ACCESS_CLAUSES, method) ? [{ type, method, name, entry: 'call' }] : [];
    });
  }
}

function patterns(value: unknown): string {
  return (Array.isArray(value) ? value : [value]).map((pattern) => JSON.stringify(pattern)).join(', ');
}

function isClass(metatype: unknown): metatype is Type {
  return (
    typeof metatype === 'function' && typeof metatype.prototype === 'object' && metatype.prototype !== null
  );
}

function httpVerb(method: unknown): string {
  return VERBS[method as number] ?? 'HTTP';
}

function httpPath(type: Type, path: unknown): string {
  const controller: unknown = Reflect.getMetadata('path', type);
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
