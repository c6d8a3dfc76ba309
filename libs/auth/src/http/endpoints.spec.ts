import 'reflect-metadata';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { endpointControllers, type EndpointPaths } from './endpoints.js';

const served = (paths?: EndpointPaths): [string, string][] =>
  endpointControllers(paths).map((type) => [type.name, Reflect.getMetadata('path', type) as string]);

describe('endpointControllers', () => {
  const auth = (path: string): [string, string][] => [
    ['AuthController', path],
    ['SessionsController', path],
  ];

  it.each<[EndpointPaths | undefined, [string, string][]]>([
    [undefined, [...auth('auth'), ['JwksController', '.well-known']]],
    [{}, [...auth('auth'), ['JwksController', '.well-known']]],
    [{ auth: 'v1/session', wellKnown: 'keys' }, [...auth('v1/session'), ['JwksController', 'keys']]],
    [{ auth: false }, [['JwksController', '.well-known']]],
    [{ wellKnown: false }, auth('auth')],
    [{ auth: false, wellKnown: false }, []],
  ])('serves for %j exactly %j', (paths, expected) => {
    expect(served(paths)).toEqual(expected);
  });

  it('makes classes of its own each time: paths and guards of one app are not those of another', () => {
    const [one] = endpointControllers({ auth: 'one' }, [JwtAuthGuard]);
    const [two] = endpointControllers({ auth: 'two' });
    expect(one).not.toBe(two);
    expect(Reflect.getMetadata('path', one!)).toBe('one');
    expect(Reflect.getMetadata('__guards__', one!)).toEqual([JwtAuthGuard]);
    expect(Reflect.getMetadata('__guards__', two!)).toEqual([]);
  });
});
