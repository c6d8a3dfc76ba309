import { Authenticated, OptionalAuth, Public } from './route-authentication.decorators.js';
import { Roles } from '../rbac/requirements/access.decorators.js';
import { RequireFreshAuth } from './require-fresh-auth.decorator.js';
import { routePolicy } from './route-policy.js';

class Base {
  inherited(): void {}
  @Public()
  opened(): void {}
}

class Plain extends Base {
  plain(): void {}
  @RequireFreshAuth('1m')
  fresh(): void {}
}

@Public()
class Open extends Base {
  plain(): void {}
  @Authenticated()
  closed(): void {}
  @OptionalAuth()
  optional(): void {}
  @Roles('admin')
  admins(): void {}
  @Public()
  @RequireFreshAuth('1m')
  fresh(): void {}
}

@RequireFreshAuth('5m')
class Careful extends Base {
  plain(): void {}
  @RequireFreshAuth('1m')
  narrower(): void {}
  @RequireFreshAuth('1h')
  wider(): void {}
}

describe('routePolicy', () => {
  const MINUTE_MS = 60_000;

  it.each([
    [Plain, 'plain', 'required', undefined],
    [Plain, 'inherited', 'required', undefined],
    [Plain, 'opened', 'public', undefined],
    [Plain, 'fresh', 'required', MINUTE_MS],
    [Open, 'plain', 'public', undefined],
    [Open, 'inherited', 'public', undefined],
    [Open, 'closed', 'required', undefined],
    [Open, 'optional', 'optional', undefined],
    [Open, 'admins', 'required', undefined],
    [Open, 'fresh', 'required', MINUTE_MS],
    [Careful, 'plain', 'required', 5 * MINUTE_MS],
    [Careful, 'opened', 'required', 5 * MINUTE_MS],
    [Careful, 'narrower', 'required', MINUTE_MS],
    [Careful, 'wider', 'required', 5 * MINUTE_MS],
  ])('%p.%s is %s, at most %j ms after a login', (type, name, authentication, maxAgeMs) => {
    const handler = (type.prototype as unknown as Record<string, () => void>)[name]!;
    const policy = routePolicy(type, handler);
    expect([policy.authentication, policy.freshAuth?.maxAgeMs]).toEqual([authentication, maxAgeMs]);
  });

  it('[11-F] asks for all that class and method ask for', () => {
    @RequireFreshAuth({ amr: 'pwd', acr: ['gold', 'silver'] })
    class Vault {
      @RequireFreshAuth({ maxAge: '5m', amr: ['otp', 'pwd'], acr: ['silver', 'bronze'] })
      open(): void {}
      @RequireFreshAuth({ acr: 'platinum' })
      never(): void {}
      look(): void {}
    }
    const of = (name: 'open' | 'never' | 'look') => routePolicy(Vault, Vault.prototype[name]).freshAuth;
    expect(of('open')).toEqual({ maxAgeMs: 300_000, amr: ['otp', 'pwd'], acr: ['silver'] });
    expect(of('look')).toEqual({ maxAgeMs: undefined, amr: ['pwd'], acr: ['gold', 'silver'] });
    expect(() => of('never')).toThrow(
      'Vault.never: the @RequireFreshAuth() of method and class have no acr in common',
    );
  });

  it.each<unknown>([
    '',
    'soon',
    0,
    -1,
    null,
    undefined,
    {},
    [],
    { maxAge: undefined },
    { maxAge: 'soon' },
    { maxage: '5m' },
    ...[[], '', [''], ['otp', 'otp'], 'two words', [7], 'a"b'].flatMap((value) => [
      { amr: value },
      { acr: value },
    ]),
    { maxAge: '5m', methods: ['otp'] },
  ])('[11-F] @RequireFreshAuth(%j) does not compile into a route', (required) => {
    expect(() => RequireFreshAuth(required as '1m')).toThrow(TypeError);
  });
});
