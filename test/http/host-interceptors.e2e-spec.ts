import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  HttpException,
  type NestInterceptor,
} from '@nestjs/common';
import { Public } from 'nestjs-gatehouse';
import { catchError, map, type Observable, of, tap } from 'rxjs';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

/** What hosts put around every answer, with a header of their own. */
class Envelope implements NestInterceptor {
  readonly seen: unknown[] = [];

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context.switchToHttp().getResponse<{ header(name: string, value: string): void }>();
    return next.handle().pipe(
      tap((data) => this.seen.push(data)),
      tap(() => response.header('X-Took', '1')),
      map((data: unknown) => ({ data })),
    );
  }
}

/** What hosts do to have one kind of error. */
class Mapping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        const status = error instanceof HttpException ? error.getStatus() : 500;
        throw new HttpException({ mapped: true }, status);
      }),
    );
  }
}

/** A host that trips over what it did not expect. */
class Tripping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: { items: unknown }) => data.items));
  }
}

/** As hosts close an app for maintenance: the handler is never asked. */
class Closed implements NestInterceptor {
  intercept(context: ExecutionContext): Observable<unknown> {
    const response = context
      .switchToHttp()
      .getResponse<{ status(code: number): { send(body: object): void } }>();
    response.status(503).send({ isClosed: true });
    return of({ isClosed: true });
  }
}

@Public()
@Controller('host')
class Routes {
  @Get('plain')
  plain(): object {
    return {};
  }
}

describe.each(platforms)('[10-16] interceptors of the host on %s', (platform) => {
  let running: RunningApp;
  let client: Client;
  const start = async (...interceptors: NestInterceptor[]): Promise<void> => {
    running = await startApp({
      platform,
      controllers: [Routes],
      options: { throttler: false },
      prepare: (app) => app.useGlobalInterceptors(...interceptors),
    });
    client = new Client(running.url);
  };
  afterEach(() => running.close());

  it('an envelope is not put around our answers, sees no token, and its header is sent', async () => {
    const envelope = new Envelope();
    await start(envelope);
    const login = await client.post<Record<string, string>>('/auth/login', {
      username: 'demo',
      password: 'demo-password',
    });
    const token = login.body['access_token']!;
    expect(Object.keys(login.body).sort()).toEqual([
      'access_token',
      'expires_in',
      'refresh_token',
      'token_type',
    ]);
    const answers = [
      login,
      await client.refresh(login.body['refresh_token']!),
      await client.get('/auth/me', token),
      await client.get('/auth/sessions', token),
    ];
    for (const { status, text, headers } of answers) {
      expect(status).toBe(200);
      expect(text).not.toMatch(/^\{"data"/);
      expect(headers.get('x-took')).toBe('1');
      expect(headers.get('content-type')).toMatch(/json/);
    }
    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual([
      'no-store',
      'no-store',
      'no-store',
      'no-store',
    ]);
    expect(envelope.seen).toEqual([undefined, undefined, undefined, undefined]);
    // Published before any route, so that nothing of the host runs for it.
    expect((await client.get('/.well-known/jwks.json')).body).toHaveProperty('keys');
    expect(envelope.seen).toHaveLength(4);
    expect((await client.get('/host/plain', token)).body).toHaveProperty('data');
    const logout = await client.post('/auth/logout', undefined, token);
    expect([logout.status, logout.text]).toEqual([204, '']);
  });

  it('answers HEAD and a matching tag of the keys without a body', async () => {
    await start(new Envelope());
    const { headers } = await client.get('/.well-known/jwks.json');
    const known = { 'if-none-match': headers.get('etag')! };
    const unchanged = await client.send('GET', '/.well-known/jwks.json', { headers: known });
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    const head = await client.send('HEAD', '/.well-known/jwks.json');
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('one that trips does not take an answer away that was given', async () => {
    await start(new Tripping());
    running.app.useLogger(false);
    expect(await client.login()).toHaveProperty('access_token');
  });

  it('one that answers on the response in the place of a handler is heard, and nothing of ours is written after it', async () => {
    await start(new Closed());
    const refused = await client.refresh('ghr_x');
    expect([refused.status, refused.body]).toMatchObject([400, { code: 'invalid_grant' }]);
    for (const path of ['/auth/login', '/auth/logout']) {
      const answer = await client.post(path, { username: 'demo', password: 'demo-password' });
      expect([answer.status, answer.body]).toEqual([503, { isClosed: true }]);
    }
  });

  it('one that maps errors leaves challenge and wait', async () => {
    await start(new Mapping());
    const answer = await client.post('/auth/login', { username: 'demo', password: 'wrong' });
    expect([answer.status, answer.body['mapped']]).toEqual([401, true]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});
