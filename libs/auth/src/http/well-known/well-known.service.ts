import type { OnModuleInit } from '@nestjs/common';
import type { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { moveFastifyHookToFront } from '../../context/nest-internals.js';
import { ownMount } from '../../context/own-mount.js';
import { storeUnavailable } from '../../kernel/auth-error.js';
import type { ProblemWriter } from '../../problem-details/problem-writer.js';
import type { WellKnownDocument } from './well-known.document.js';

/** What Express and Fastify requests have in common here. */
interface WellKnownRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Fastify keeps Node's own request in `raw`. */
interface FastifyRequest extends WellKnownRequest {
  readonly raw: { readonly url: string };
}

/** The part of an Express app that is used. */
interface ExpressInstance {
  all(path: RegExp, answerer: Answerer): unknown;
}

/** The part of a Fastify instance that is used. */
interface FastifyInstance {
  addHook(name: 'onRequest', hook: Answerer<FastifyRequest>): unknown;
  /** Calls back when the hooks that were added are there. To await it would start the instance, before Nest has its error handler. */
  after(done: () => void): void;
}

type Adapter = Pick<AbstractHttpAdapter, 'getType' | 'getInstance' | 'setHeader' | 'reply'>;
type Answerer<Request = WellKnownRequest> = (request: Request, response: unknown, next: () => void) => void;

const METHODS = 'GET, HEAD, OPTIONS';
const PREFLIGHT_AGE_SECONDS = 86_400;

/**
 * Answers for the documents at the root of the host, in front of everything that the app does with requests: a strange
 * prefix, version, guard, interceptor or CORS rule of the app must not hide what others need to verify its tokens.
 */
export class WellKnownService implements OnModuleInit {
  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #adapterHost: HttpAdapterHost;
  private readonly documents: ReadonlyMap<string, WellKnownDocument>;
  // In Fastify a route would come after the hooks of the host, which see every request, and so this one sees them all as well.
  private readonly hook: Answerer<FastifyRequest> = (request, response, next) => {
    const document = this.documents.get(pathOf(request.raw.url));
    if (document === undefined) next();
    else this.answer(document, request, [response, next]);
  };

  constructor(
    adapterHost: HttpAdapterHost,
    private readonly problems: ProblemWriter,
    documents: readonly WellKnownDocument[],
  ) {
    this.#adapterHost = adapterHost;
    this.documents = new Map(documents.map((document) => [document.path, document]));
    // As soon as there is an adapter, which is before the app can add any middleware of its own.
    if (documents.length > 0) adapterHost.init$.subscribe(() => this.register(this.adapter));
  }

  /** Fastify's adapter has hooks of its own, the one of `enableCors()` among them. */
  onModuleInit(): void {
    if (this.documents.size === 0 || this.adapter?.getType() !== 'fastify') return;
    const instance = this.adapter.getInstance<FastifyInstance>();
    instance.after(() => moveFastifyHookToFront(instance, 'onRequest', this.hook));
  }

  /** What is answered for. */
  get published(): readonly WellKnownDocument[] {
    return [...this.documents.values()];
  }

  // There is none where the app has no HTTP.
  private get adapter(): Adapter | undefined {
    return this.#adapterHost.httpAdapter as Adapter | undefined;
  }

  private register(adapter: Adapter | undefined): void {
    if (adapter?.getType() === 'fastify')
      return void adapter.getInstance<FastifyInstance>().addHook('onRequest', this.hook);
    const app = adapter?.getInstance<ExpressInstance>();
    for (const document of this.documents.values())
      app?.all(ownMount(exactly(document.path)), (request, ...rest) => this.answer(document, request, rest));
  }

  private answer(
    document: WellKnownDocument,
    request: WellKnownRequest,
    [response, next]: readonly [response: unknown, next: () => void],
  ): void {
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return this.send(document, request, response);
      case 'OPTIONS':
        return this.allow(response);
      default:
        return next();
    }
  }

  private send(document: WellKnownDocument, request: WellKnownRequest, response: unknown): void {
    this.openToAll(response);
    try {
      const { body, type, etag, maxAgeSeconds } = document.read();
      this.write(response, { ETag: etag, 'Cache-Control': `public, max-age=${maxAgeSeconds}` });
      if (isKnown(request.headers['if-none-match'], etag)) return this.reply(response, undefined, 304);
      this.write(response, { 'Content-Type': type });
      this.reply(response, body, 200);
    } catch (cause) {
      const refusal = storeUnavailable(`${document.path} can't be told`, { cause, retryAfterSeconds: 5 });
      this.problems.refuse(refusal, new ExecutionContextHost([request, response]));
    }
  }

  /** A preflight (Fetch §4.8), or the question which methods there are. */
  private allow(response: unknown): void {
    this.openToAll(response);
    this.write(response, {
      Allow: METHODS,
      'Access-Control-Allow-Methods': METHODS,
      'Access-Control-Allow-Headers': '*',
      'Access-Control-Max-Age': String(PREFLIGHT_AGE_SECONDS),
    });
    this.reply(response, undefined, 204);
  }

  // Public keys are public on every page, whatever the app says about its other answers.
  private openToAll(response: unknown): void {
    this.write(response, {
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
  }

  private write(response: unknown, headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) this.adapter?.setHeader(response, name, value);
  }

  private reply(response: unknown, body: string | undefined, status: number): void {
    this.adapter?.reply(response, body, status);
  }
}

/** A path and nothing else: Express takes a text for a pattern, and the case and a slash at the end don't matter to it. */
function exactly(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)}$`);
}

/** The path of a request target, be it in origin or absolute form (RFC 9112 §3.2). */
function pathOf(target: string): string {
  const path = target.split('?', 1)[0] ?? target;
  return path.startsWith('/') || !URL.canParse(path) ? path : new URL(path).pathname;
}

/** RFC 9110 §13.1.2: weak comparison, since proxies that compress make our tag weak. */
function isKnown(ifNoneMatch: string | string[] | undefined, etag: string): boolean {
  return String(ifNoneMatch ?? '')
    .split(',')
    .some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()));
}
