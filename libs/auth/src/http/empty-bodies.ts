import { pipeline, Transform } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { nestMetadata } from '../context/nest-internals.js';

const JSON_TYPE = /^application\/json/i;
/** Marks the Fastify routes that are ours. */
const OWN_ENDPOINT = Symbol.for('gatehouse:own-endpoint');

interface FastifyRequest {
  readonly headers: {
    'content-type'?: string;
    readonly 'content-length'?: string;
    readonly 'transfer-encoding'?: string;
  };
  readonly raw: { readonly httpVersionMajor: number };
  readonly routeOptions: { readonly config?: Readonly<Record<symbol, unknown>> };
}

type Done = (error: Error | null, payload: NodeJS.ReadableStream) => void;

interface FastifyInstance {
  addHook(
    name: 'preParsing',
    hook: (request: FastifyRequest, reply: unknown, payload: NodeJS.ReadableStream, done: Done) => void,
  ): void;
}

/** Marks a handler of ours for {@link EmptyBodies}. */
export function acceptEmptyBody(handler: object): void {
  Reflect.defineMetadata(nestMetadata.fastifyRouteConfig, { [OWN_ENDPOINT]: true }, handler);
}

/**
 * Lets requests to our endpoints say JSON and have no body, as clients do that set the header always. Express takes that
 * for an empty object; Fastify refuses it before a handler is asked. Routes of the host are not touched.
 */
@Injectable()
export class EmptyBodies implements OnModuleInit {
  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #adapterHost: HttpAdapterHost;

  constructor(adapterHost: HttpAdapterHost) {
    this.#adapterHost = adapterHost;
  }

  onModuleInit(): void {
    const adapter = this.#adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    if (adapter?.getType() !== 'fastify') return;
    adapter.getInstance<FastifyInstance>().addHook('preParsing', (request, _reply, payload, done) => {
      const { headers, raw, routeOptions } = request;
      const isOurs = routeOptions.config?.[OWN_ENDPOINT] === true;
      if (!isOurs || !JSON_TYPE.test(headers['content-type'] ?? '')) return done(null, payload);
      // HTTP/2 ends a body without saying how long it is (RFC 9113 §8.1), as chunks do.
      const isOpenEnded = raw.httpVersionMajor > 1 && headers['content-length'] === undefined;
      if (isOpenEnded || headers['transfer-encoding'] !== undefined) return done(null, filled(payload));
      // Without a body its type means nothing, and Fastify doesn't parse what has none.
      if (Number(headers['content-length'] ?? 0) === 0) delete headers['content-type'];
      done(null, payload);
    });
  }
}

/** Of a body in chunks nobody knows beforehand that there are none; an empty object takes its place. */
function filled(body: NodeJS.ReadableStream): NodeJS.ReadableStream {
  let isEmpty = true;
  const filling = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      isEmpty &&= chunk.length === 0;
      done(null, chunk);
    },
    flush: (done) => done(null, isEmpty ? '{}' : null),
  });
  // A request that breaks off breaks this stream off as well; that is all there is to do about it.
  return pipeline(body, filling, () => {});
}
