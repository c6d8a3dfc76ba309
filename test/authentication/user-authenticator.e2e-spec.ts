import { ForbiddenException, Injectable, Module, UnauthorizedException } from '@nestjs/common';
import {
  AuthConfigurationError,
  type AuthenticatedUser,
  AuthEvents,
  type AuthModuleExtras,
  UserAuthenticator,
} from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp, TestUsers } from '../support/app/start-app.js';

class Answering extends UserAuthenticator {
  constructor(private readonly answer: unknown) {
    super();
  }

  async authenticate(): Promise<never> {
    return this.answer as never;
  }
}

describe.each([undefined, null, false, ''])('a user authenticator that answers %j', (answer) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      extras: { userAuthenticator: { useValue: new Answering(answer) } },
      options: {
        throttler: { throttlers: [], credentials: { perAccountAndAddress: [{ failures: 3, within: '1h' }] } },
      },
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  it('[obligation 60] has refused the credentials, and the failure counts', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 4; guess += 1)
      statuses.push(
        (await client.post('/auth/login', { username: 'demo', password: `guess-${guess}` })).status,
      );
    expect(statuses).toEqual([401, 401, 401, 429]);
  });
});

class Throwing extends UserAuthenticator {
  error: unknown;

  async authenticate(username: string, password: string) {
    if (this.error !== undefined) throw this.error;
    return password === 'right' ? { subject: username } : undefined;
  }
}

describe.each(platforms)('[10-13] a user authenticator that throws, on %s', (platform) => {
  let running: RunningApp;
  let client: Client;
  const users = new Throwing();

  beforeEach(async () => {
    running = await startApp({ platform, extras: { userAuthenticator: { useValue: users } } });
    client = new Client(running.url);
  });
  afterEach(() => running.close());

  const statuses = async (count: number, password: string): Promise<number[]> => {
    const answers: number[] = [];
    for (let login = 0; login < count; login += 1)
      answers.push((await client.post('/auth/login', { username: 'demo', password })).status);
    return answers;
  };

  it.each([
    ['a database that is down', new Error('connect ECONNREFUSED'), 500],
    ['an account that must be confirmed', new ForbiddenException('Confirm your e-mail address'), 403],
    ['what is no error', 'a text', 500],
  ])('%s costs the user nothing', async (_, error, status) => {
    users.error = error;
    expect(await statuses(12, 'right')).toEqual(Array<number>(12).fill(status));
    users.error = undefined;
    expect(await statuses(1, 'right')).toEqual([200]);
    expect(await statuses(6, 'wrong')).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it.each([
    ['of Nest', new UnauthorizedException()],
    ['of http-errors', Object.assign(new Error('Unauthorized'), { status: 401, statusCode: 401 })],
    ['of a service that was asked', Object.assign(new Error('failed with status code 401'), { status: 401 })],
  ])('a 401 %s says that the password is wrong, so it is a failure', async (_, error) => {
    users.error = error;
    let failures = 0;
    running.app.get(AuthEvents).on('login.failed', () => (failures += 1));
    const [last, ...others] = (await statuses(6, 'wrong')).toReversed();
    expect([last, new Set(others).size, failures]).toEqual([429, 1, 5]);
  });
});

/** Answers nonsense for the right password until it is mended. */
class Nonsensical extends UserAuthenticator {
  answer: unknown;

  async authenticate(username: string, password: string) {
    if (password !== 'right') return undefined;
    return (this.answer ?? { subject: username }) as AuthenticatedUser;
  }
}

describe('[issue 11] a user authenticator whose answer for the right password makes no sense', () => {
  let running: RunningApp;
  let client: Client;
  let logged: string[];
  const users = new Nonsensical();

  beforeEach(async () => {
    logged = [];
    const logger = { log() {}, warn() {}, error: (...told: unknown[]) => void logged.push(told.join(' ')) };
    running = await startApp({ logger, extras: { userAuthenticator: { useValue: users } } });
    client = new Client(running.url);
  });
  afterEach(() => running.close());

  const logins = async (count: number, password: string) => {
    const answers: Awaited<ReturnType<Client['post']>>[] = [];
    for (let login = 0; login < count; login += 1)
      answers.push(await client.post('/auth/login', { username: 'demo', password }));
    return answers.map(({ status }) => status);
  };

  it.each<[string, unknown]>([
    ['a yes', true],
    ['a text', 'demo'],
    ['a number', 7],
    ['a function', () => ({ subject: 'demo' })],
    ['no rows', []],
    ['rows', [{ subject: 'demo' }]],
    ['a user without a subject', { id: 'demo' }],
    ['a machine', { subject: 'client:demo' }],
    ['roles as a text', { subject: 'demo', roles: 'admin' }],
    ['roles as rows', { subject: 'demo', roles: [{ name: 'admin' }] }],
    ['a scope as a text', { subject: 'demo', scope: 'read write' }],
  ])('%s: 500, the log names the method, and it costs no budget and opens no session', async (_, answer) => {
    let opened = 0;
    running.app.get(AuthEvents).on('session.opened', () => (opened += 1));
    users.answer = answer;
    expect(await logins(7, 'right')).toEqual(Array<number>(7).fill(500));
    expect(logged.join('\n')).toContain('UserAuthenticator.authenticate()');
    expect(opened).toBe(0);
    // The units are back, and nobody is remembered as having known the password.
    expect(await logins(6, 'wrong')).toEqual([401, 401, 401, 401, 401, 429]);
    users.answer = undefined;
  });
});

type Given = NonNullable<AuthModuleExtras['userAuthenticator']>;

/** Keeps its method in a field: its prototype has none. */
@Injectable()
class InAField {
  readonly authenticate = async () => ({ subject: 'field' });
}

@Injectable()
class InAnInheritedField extends UserAuthenticator {
  readonly authenticate = async () => ({ subject: 'field' });
}

/** The type checker saw a method; the class that runs has none. */
@Injectable()
class Without {}

@Injectable()
class WithoutButInherited extends (UserAuthenticator as new () => object) {}

@Injectable()
class AsText {
  readonly authenticate = 'yes';
}

@Module({ providers: [InAField, Without], exports: [InAField, Without] })
class HostModule {}

const silent = { log: () => {}, error: () => {}, warn: () => {} };

describe('what the host gives as userAuthenticator', () => {
  it.each<[string, unknown]>([
    ['class with a field', InAField],
    ['class that inherits, with a field', InAnInheritedField],
    ['useClass', { useClass: InAField }],
    ['useExisting', { useExisting: InAField }],
    ['useFactory', { useFactory: () => new InAField() }],
    ['useFactory, later', { useFactory: async () => new InAField() }],
    ['useValue', { useValue: new InAField() }],
    ['useValue, an object', { useValue: { authenticate: async () => ({ subject: 'field' }) } }],
  ])('serves where what was made can authenticate: %s', async (_, given) => {
    const running = await startApp({
      extras: { userAuthenticator: given as Given, imports: [HostModule] },
    });
    const login = await new Client(running.url).post('/auth/login', { username: 'a', password: 'b' });
    await running.close();
    expect(login.status).toBe(200);
  });

  it.each<[string, unknown]>([
    ['class', Without],
    ['class that inherits', WithoutButInherited],
    ['class with a field of another kind', AsText],
    ['useClass', { useClass: Without }],
    ['useExisting', { useExisting: Without }],
    ['useFactory', { useFactory: () => new Without() }],
    ['useFactory, later', { useFactory: async () => new Without() }],
    ['useFactory that returns the class', { useFactory: () => InAField }],
    ['useFactory that returns nothing', { useFactory: () => undefined }],
    ['useValue', { useValue: new Without() }],
  ])('is a finding of the boot where it can not: %s', async (_, given) => {
    const error: unknown = await startApp({
      extras: { userAuthenticator: given as Given, imports: [HostModule] },
      logger: silent,
    }).then(
      ({ close }) => close(),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(AuthConfigurationError);
    const { findings } = error as AuthConfigurationError;
    expect(findings).toEqual([
      {
        option: expect.stringMatching(/^userAuthenticator(\.useValue)?$/),
        message: expect.stringMatching(/^expected an object with authenticate\(\)/),
      },
    ]);
  });

  it('is looked at even where no login is served', async () => {
    const extras = { userAuthenticator: Without as unknown as Given, endpoints: { auth: false } } as const;
    await expect(startApp({ extras, logger: silent })).rejects.toThrow(/^1 mistake.*\n.*userAuthenticator: /);
  });

  it('can be a test double that takes the place of what was given', async () => {
    const running = await startApp({ extras: { userAuthenticator: TestUsers } });
    expect(running.app.get(UserAuthenticator)).toBeInstanceOf(TestUsers);
    await running.close();
  });
});
