import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Strategy } from 'passport';
import { requireHttpRequest } from '../context/call.js';
import { AuthError } from '../kernel/auth-error.js';
import { passportCall } from './passport-call.js';
import {
  type PassportProtocol,
  registerStrategy,
  uniqueStrategyName,
  unregisterStrategy,
} from './passport-protocol.js';

/** A strategy that answers as the test says. */
class Scripted extends (Strategy as unknown as new () => PassportProtocol) {
  constructor(private readonly act: (strategy: PassportProtocol) => void) {
    super();
  }

  authenticate(): void {
    this.act(this);
  }
}

const contextOf = (
  type = 'http',
  args: unknown[] = [{ headers: {} }, { header(): void {} }],
): ExecutionContextHost => {
  const context = new ExecutionContextHost(args);
  context.setType(type);
  return context;
};

describe('passportCall', () => {
  const names: string[] = [];
  afterAll(() => {
    for (const name of names) unregisterStrategy(name);
  });

  function callOf(act: (strategy: PassportProtocol) => void) {
    const name = uniqueStrategyName('spec');
    names.push(name);
    registerStrategy(name, new Scripted(act));
    return passportCall<object>(name);
  }

  it('answers the user of a success', async () => {
    const call = callOf((strategy) => strategy.success({ id: 1 }, { grant: 2 }));
    expect(await call(contextOf())).toEqual({ id: 1 });
  });

  it('answers nobody for a failure, whatever the challenge', async () => {
    for (const challenge of [undefined, 'Bearer', { message: 'no' }]) {
      const call = callOf((strategy) => strategy.fail(challenge));
      expect(await call(contextOf())).toBeUndefined();
    }
  });

  it('keeps parallel calls apart', async () => {
    let count = 0;
    const call = callOf((strategy) => {
      count += 1;
      const id = count;
      setImmediate(() => strategy.success({ id }));
    });
    const answers = await Promise.all(
      [contextOf(), contextOf(), contextOf()].map((context) => call(context)),
    );
    expect(answers).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  it.each([
    ['a refusal of ours', new AuthError('invalid_grant'), { code: 'invalid_grant' }],
    ['an unexpected error', new RangeError('x'), { name: 'RangeError' }],
    ['something that is no error', 'broken', { code: 'invalid_token' }],
  ])('rejects with %s as it is', async (_name, error, expected) => {
    const call = callOf((strategy) => strategy.error(error));
    await expect(call(contextOf())).rejects.toMatchObject(expected);
  });

  it('does not pass anybody when the strategy is gone', async () => {
    const name = uniqueStrategyName('spec');
    const call = passportCall(name);
    await expect(call(contextOf())).rejects.toThrow('Unknown authentication strategy');
  });

  it('takes the request of a GraphQL call out of its context, and refuses a call without one', () => {
    const req = { headers: {} };
    expect(requireHttpRequest(contextOf('graphql', [{}, {}, { req }, {}]))).toBe(req);
    expect(() => requireHttpRequest(contextOf('graphql', [{}, {}, {}, {}]))).toThrow(AuthError);
    expect(() => requireHttpRequest(contextOf('pigeon-post', [req]))).toThrow(AuthError);
  });
});
