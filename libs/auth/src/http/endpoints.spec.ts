import 'reflect-metadata';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { RefreshGuard } from '../authentication/refresh.guard.js';
import { EndpointGuard } from './endpoint.guard.js';
import { endpointControllers, type EndpointPaths } from './endpoints.js';

const served = (paths?: EndpointPaths): [string, string][] =>
  endpointControllers(paths).map((type) => [type.name, Reflect.getMetadata('path', type) as string]);

describe('endpointControllers', () => {
  const auth = (path: string, ...others: string[]): [string, string][] => [
    ...others.map((name): [string, string] => [name, path]),
    ['AuthController', path],
    ['SessionsController', path],
  ];

  it.each<[EndpointPaths | undefined, [string, string][]]>([
    [undefined, auth('auth', 'LoginController')],
    [{}, auth('auth', 'LoginController')],
    [{ auth: 'v1/session', wellKnown: 'keys' }, auth('v1/session', 'LoginController')],
    [{ login: false }, auth('auth')],
    [{ auth: false }, []],
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

  it('refuses on every route what other sites send and what nobody reads', () => {
    const guardsOf = (at: object): unknown[] => (Reflect.getMetadata('__guards__', at) ?? []) as unknown[];
    const routes = endpointControllers().flatMap((type) => {
      const base = Object.getPrototypeOf(type.prototype) as Record<string, object>;
      return Object.getOwnPropertyNames(base)
        .filter((name) => Reflect.hasMetadata('path', base[name]!))
        .map((name) => [name, [...guardsOf(type), ...guardsOf(base[name]!)]] as const);
    });
    expect(routes.length).toBeGreaterThan(7);
    const isChecked = (guard: unknown): boolean => guard === EndpointGuard || guard === RefreshGuard;
    expect(routes.filter(([, guards]) => !guards.some(isChecked))).toEqual([]);
  });
});
