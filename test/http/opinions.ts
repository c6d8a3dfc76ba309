import type { CallHandler, DynamicModule, NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { map, type Observable } from 'rxjs';

class EnvelopeInterceptor implements NestInterceptor {
  intercept(_context: unknown, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

class HostModule {}

/** A host with an opinion on every answer. */
export const opinions: DynamicModule = {
  module: HostModule,
  providers: [{ provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor }],
};
