import { type ArgumentsHost, HttpException, Logger } from '@nestjs/common';
import { AuthError } from 'nestjs-gatehouse';
import { PageFilter } from './page.filter.js';
import { StaleFormError } from './stale-form.error.js';

interface Sent {
  status: number;
  body: string;
  readonly headers: Record<string, string>;
}

function pageFor(thrown: unknown): Sent {
  const sent: Sent = { status: 0, body: '', headers: {} };
  const response = {
    status: (code: number) => (sent.status = code),
    header: (name: string, value: string) => (sent.headers[name] = value),
    send: (body: string) => (sent.body = body),
  };
  const host = { switchToHttp: () => ({ getResponse: () => response }) };
  const filter = new PageFilter();
  filter.catch(thrown, host as unknown as ArgumentsHost);
  return sent;
}

describe('PageFilter', () => {
  it.each<[string, unknown, number, string]>([
    [
      'an answered request',
      new AuthError('invalid_request', { detail: 'private' }),
      410,
      'This request is over',
    ],
    ['an older form', new StaleFormError('/interaction?request=v1.a.b'), 403, 'Show it again'],
    ['too many guesses', new AuthError('quota_exceeded', { retryAfterSeconds: 7 }), 429, 'Too many attempts'],
    [
      'a store that is away',
      new AuthError('store_unavailable', { retryAfterSeconds: 7 }),
      503,
      'Nothing is lost',
    ],
    ['a body too large', new HttpException('private', 413), 410, 'This request is over'],
  ])('tells in words of %s', (_what, error, status, text) => {
    const sent = pageFor(error);
    expect(sent).toMatchObject({ status, body: expect.stringContaining(text) });
    expect(sent.headers['Retry-After']).toBe(status === 429 || status === 503 ? '7' : undefined);
    expect(sent.headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(sent.body).not.toContain('private');
  });

  it('tells people nothing of a failure of ours, and the log all', () => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const failure = new Error('private');
    const { status, body } = pageFor(failure);
    expect(status).toBe(500);
    expect(body).not.toContain('private');
    expect(log).toHaveBeenCalledWith(failure);
    log.mockRestore();
  });
});
