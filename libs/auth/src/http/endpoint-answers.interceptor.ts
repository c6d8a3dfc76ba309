import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Observable } from 'rxjs';
import type { HttpResponse } from '../context/call.js';
import {
  defaultProblemDetailsSettings,
  ProblemDetailsSettings,
} from '../problem-details/problem-details.settings.js';
import { announceRefusal } from '../problem-details/refusal-headers.js';

/**
 * Answers our endpoints in the place of Nest, so that the envelope or cache of a host's interceptor can't change what
 * RFC 6749 §5.1 and RFC 7517 §5 prescribe. The host's interceptors see `undefined`, and never a token; they run first, so a
 * header they set is sent. Our interceptor is the innermost: a refusal has its headers before theirs see it.
 */
@Injectable()
export class EndpointAnswers implements NestInterceptor {
  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #adapterHost: HttpAdapterHost;

  constructor(
    adapterHost: HttpAdapterHost,
    @Optional()
    @Inject(ProblemDetailsSettings)
    private readonly problemDetails: ProblemDetailsSettings = defaultProblemDetailsSettings,
  ) {
    this.#adapterHost = adapterHost;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<undefined> {
    const response = context.switchToHttp().getResponse<HttpResponse>();
    // Before the handler, which may know better: public keys may be cached.
    response.header('Cache-Control', 'no-store');
    return new Observable((subscriber) =>
      next.handle().subscribe({
        next: (body: unknown) => {
          subscriber.next(undefined);
          this.send(response, body);
        },
        error: (error: unknown) => {
          announceRefusal(error, response, this.problemDetails);
          subscriber.error(error);
        },
        complete: () => subscriber.complete(),
      }),
    );
  }

  private send(response: HttpResponse, body: unknown): void {
    this.#adapterHost.httpAdapter.reply(response, body);
  }
}
