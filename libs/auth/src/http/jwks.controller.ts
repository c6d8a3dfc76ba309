import { Get, Header, Headers, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Public } from '../context/route-authentication.decorators.js';
import { KeyRing } from '../keys/key-ring.js';

/** The public keys (RFC 7517 §5). {@link endpointControllers} gives it its path. */
@Public()
export class JwksController {
  constructor(
    private readonly keys: KeyRing,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  @Get('jwks.json')
  @Header('Content-Type', 'application/jwk-set+json')
  jwks(
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) response: unknown,
  ): string | undefined {
    const { httpAdapter } = this.adapterHost;
    const { body, etag, maxAgeSeconds } = this.keys.jwks();
    httpAdapter.setHeader(response, 'ETag', etag);
    httpAdapter.setHeader(response, 'Cache-Control', `public, max-age=${maxAgeSeconds}`);
    if (known === undefined || !matches(known, etag)) return body;
    httpAdapter.status(response, 304);
    return undefined;
  }
}

/** RFC 9110 §13.1.2: weak comparison, since proxies that compress make our tag weak. */
function matches(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()));
}
