import {
  BadRequestException,
  ConflictException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { foreignProblem } from './foreign-problem.js';

const about = { type: 'about:blank' };

describe('foreignProblem', () => {
  it.each([
    [
      'a plain exception',
      new ConflictException('the name is taken'),
      { ...about, title: 'Conflict', status: 409, detail: 'the name is taken' },
    ],
    ['no message', new ConflictException(), { ...about, title: 'Conflict', status: 409, detail: 'Conflict' }],
    [
      'validation messages',
      new BadRequestException(['a must be text', 'b is missing']),
      { ...about, title: 'Bad Request', status: 400, detail: 'a must be text; b is missing' },
    ],
    [
      'validation objects',
      new BadRequestException([{ property: 'a' }]),
      { ...about, title: 'Bad Request', status: 400, errors: [{ property: 'a' }] },
    ],
    [
      'an exception of another copy of Nest',
      Object.assign(new Error('x'), { getStatus: () => 409, getResponse: () => ({ message: 'taken' }) }),
      { ...about, title: 'Conflict', status: 409, detail: 'taken' },
    ],
    [
      'members of the host',
      new HttpException({ code: 'stale', message: 'reload first', revision: 7 }, 409),
      { ...about, title: 'Conflict', status: 409, detail: 'reload first', code: 'stale', revision: 7 },
    ],
    [
      'a problem document of the host',
      new HttpException({ type: 'https://x.test/stale', title: 'Stale', detail: 'reload', status: 400 }, 409),
      { type: 'https://x.test/stale', title: 'Stale', status: 409, detail: 'reload' },
    ],
    [
      'a failed health check',
      new ServiceUnavailableException({ status: 'error', info: {}, error: { db: { status: 'down' } } }),
      {
        ...about,
        title: 'Service Unavailable',
        status: 503,
        info: {},
        error: { db: { status: 'down' } },
      },
    ],
    [
      'an address that no route has, without its query',
      new NotFoundException('Cannot GET /oauth/revoke?token=secret#?'),
      { ...about, title: 'Not Found', status: 404, detail: 'Cannot GET /oauth/revoke' },
    ],
    [
      'a question of the host',
      new NotFoundException('Cannot find it? Look elsewhere'),
      { ...about, title: 'Not Found', status: 404, detail: 'Cannot find it? Look elsewhere' },
    ],
    [
      'a word like JSON',
      new BadRequestException('the JSON schema has no version'),
      { ...about, title: 'Bad Request', status: 400, detail: 'the JSON schema has no version' },
    ],
  ])('keeps what the host said: %s', (_name, error, expected) => {
    expect(foreignProblem(error)).toEqual(expected);
  });

  it.each([
    ['an error', new Error('connect postgres://app:hunter2@db')],
    ['an explicit 500', new InternalServerErrorException('hunter2')],
    ['an explicit 500 with members', new InternalServerErrorException({ query: 'hunter2' })],
    ['something thrown that is no error', 'hunter2'],
    ['an error with a status that is none', Object.assign(new Error('hunter2'), { statusCode: 200 })],
  ])('[9457-51] shows nothing of %s', (_name, error) => {
    expect(foreignProblem(error)).toEqual({ ...about, title: 'Internal Server Error', status: 500 });
  });

  it.each(['{"password": "hunter2', '{"password": hunter2}', '{"a": 1 "hunter2"}', "{'hunter2'}", 'hunter2'])(
    '[9457-51] does not quote the body %j that could not be parsed',
    (body) => {
      let message = '';
      try {
        JSON.parse(body);
      } catch (error) {
        message = (error as Error).message;
      }
      expect(foreignProblem(new BadRequestException(message))).toMatchObject({
        detail: 'The body is not valid JSON',
      });
    },
  );
});
