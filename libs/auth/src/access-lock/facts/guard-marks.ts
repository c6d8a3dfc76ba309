import { GuardChain } from '../../admission/guard-chain.js';
import { JwtStrategy } from '../../authentication/jwt.strategy.js';
import { type Enforced, enforcedBy, ENFORCES } from '../../context/enforcement.js';
import { nestMetadata } from '../../context/nest-internals.js';
import { isObject } from '../../kernel/configuration/option-reader.js';
import type { AppView } from '../../app-view/app-view.js';

/** Of a guard in whose place there is something else, as a testing module puts it there. */
export const REPLACED = ' (another in its place)';
/** Of a guard that a class of the host derives from: it may decide otherwise. */
const EXTENDED = ' (extended)';

const NAMES: Readonly<Record<Enforced, string>> = { authentication: 'JwtAuthGuard', access: 'RbacGuard' };

// What guards ask, and a host may put something else in the place of.
const PARTS = new Map<abstract new (...args: never[]) => object, readonly Enforced[]>([
  [JwtStrategy, ['authentication']],
  [GuardChain, ['authentication', 'access']],
]);

/** Which of the guards before a route aren't ours as they are: they count as ours, but the host may have changed what they decide. */
export class GuardMarks {
  private readonly ofApp = new Map<string, string>();

  constructor(view: AppView) {
    const { modules, config } = view;
    // What `@UseGuards()` names is made anew in each module, and is no provider there.
    for (const { providers, injectables } of modules.values())
      for (const [token, { instance }] of [...providers, ...injectables])
        if (isObject(instance) && typeof token === 'function')
          mark(this.ofApp, enforcedBy(token), markOf(token, instance));
    for (const [part, enforced] of PARTS) {
      const found = view.find(part) as unknown;
      if (isObject(found) && found.constructor !== part) mark(this.ofApp, enforced, EXTENDED);
    }
    for (const guard of config.getGlobalGuards()) markExtended(this.ofApp, guard);
    for (const { metatype } of config.getGlobalRequestGuards()) markExtended(this.ofApp, metatype);
  }

  /** The guards before a handler, in words. */
  inWords(guardedBy: string, route: readonly object[]): string {
    const marks = new Map(this.ofApp);
    for (const place of route)
      for (const guard of (Reflect.getMetadata(nestMetadata.guards, place) ?? []) as unknown[])
        markExtended(marks, guard);
    return guardedBy
      .split(', ')
      .map((name) => `${name}${marks.get(name) ?? ''}`)
      .join(', ');
  }
}

function markOf(token: object, instance: object): string {
  if (!(instance instanceof (token as new () => object)) || Object.hasOwn(instance, 'canActivate'))
    return REPLACED;
  return isOurs(token) && instance.constructor !== token ? EXTENDED : '';
}

function markExtended(marks: Map<string, string>, guard: unknown): void {
  const type = isObject(guard) ? guard.constructor : guard;
  if (!isOurs(type)) mark(marks, enforcedBy(type), EXTENDED);
}

function mark(marks: Map<string, string>, enforced: readonly Enforced[], words: string): void {
  for (const each of enforced)
    if (words !== '' && marks.get(NAMES[each]) !== REPLACED) marks.set(NAMES[each], words);
}

/** A class that derives from one of ours says what it enforces by inheritance only. */
function isOurs(type: unknown): boolean {
  return typeof type === 'function' && Object.hasOwn(type, ENFORCES);
}
