import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Authenticated, OptionalAuth, Public } from '../context/route-authentication.decorators.js';
import { Roles } from '../rbac/requirements/access.decorators.js';
import { RequireFreshAuth } from './require-fresh-auth.decorator.js';
import { RoutePolicies } from './route-policy.js';

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

describe('RoutePolicies', () => {
  const policies = new RoutePolicies();
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
  ])('%p.%s is %s, at most %j ms after a login', (type, name, authentication, maxAuthenticationAgeMs) => {
    const handler = (type.prototype as unknown as Record<string, () => void>)[name]!;
    const read = () => policies.of(new ExecutionContextHost([], type, handler));
    expect(read()).toEqual({ authentication, maxAuthenticationAgeMs });
    expect(read()).toBe(read());
  });

  it.each(['', 'soon', 0, -1])('@RequireFreshAuth(%j) does not compile into a route', (maxAge) => {
    expect(() => RequireFreshAuth(maxAge as '1m')).toThrow(TypeError);
  });
});
