import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import { AuthenticationSettings } from '../../authentication/authentication.settings.js';
import { ExemptPaths } from '../../authentication/exempt-paths.js';
import { isGuardedElsewhere } from '../../rbac/audit/guard-findings.js';
import { GuardSight } from '../../rbac/audit/guard-sight.js';
import type { Handler } from '../../rbac/audit/handlers.js';
import { AccessFeatures } from '../../rbac/features/access-features.js';
import { RoleGraph } from '../../rbac/graph/role-graph.js';
import { LiveRoleGraph } from '../../rbac/live-role-graph.js';
import { OwnershipResolvers } from '../../rbac/ownership-resolvers.js';
import { RbacSettings } from '../../rbac/rbac.settings.js';
import { partOf, refuseVerifier } from '../tested-app.js';
import { AccessProbe, type Reception } from './access-probe.js';
import type { Actor } from './actors.js';
import { DecoratedAccess, type Standard } from './decorated-access.js';
import { currentKnock, withDoorsWatched } from './door.js';
import { isInitialized } from './nest-app-internals.js';
import { whileReplaced } from './while-replaced.js';

/** One caller at one route. */
type AccessCell = {
  /** `GET /articles/:id`. */
  readonly route: string;
  /** `ArticlesController.find`. */
  readonly handler: string;
  readonly transport: 'http' | 'graphql' | 'ws' | 'rpc' | 'call';
  /** `as editor, on its own`; `anonymous`; `without a role`. */
  readonly who: string;
  /** What the decorators say. */
  readonly expected: 'admitted' | 'refused';
  /** What became of the call; `not reached`: something else answered, before any guard. */
  readonly got: 'admitted' | 'refused' | 'not reached';
  /** The status and code of a refusal, and the guard where it is none of ours; what answered instead. */
  readonly why: string;
};

type AccessReport = {
  readonly cells: readonly AccessCell[];
  /** A line for each cell that isn't as the decorators say: `GET /articles as viewer: admitted, where the decorators refuse`. */
  readonly differences: readonly string[];
  /** A line for each route that nobody knocked at, and why. */
  readonly notTried: readonly string[];
};

const VERB = 'describeAccess()';

/**
 * Calls every route of an app, on all its transports, as nobody, without a role, with each role, on what is one's own and on what isn't, with
 * another scope and with an old login, and compares who is let in with what the decorators say. Guards and middleware run as ever; handlers
 * don't, nor interceptors and pipes: whoever is let in is stopped at the door. Nothing has to listen.
 * @throws TypeError for an app that isn't initialised, and for one whose keys only verify
 * @example
 * ```ts
 * const { differences } = await describeAccess(app);
 * expect(differences).toEqual([]); // assert.deepEqual(differences, []) with node:test
 * ```
 */
export async function describeAccess(app: INestApplicationContext): Promise<AccessReport> {
  const sight = partOf(app, GuardSight, VERB);
  const settings = partOf(app, RbacSettings, VERB);
  if (!isInitialized(app)) throw new TypeError(`${VERB} needs an app that is initialised: await app.init()`);
  refuseVerifier(app, VERB);
  await ((app as Partial<INestApplication>).getHttpAdapter?.().getInstance() as Ready | undefined)?.ready?.();
  const standard = standardOf(app, settings);
  const probe = new AccessProbe(app);
  const judged: Judged[] = [];
  const notTried = sight.mountedRoutes.map(({ entry }) => `${entry}: it is beside Nest, where no guard runs`);
  await withDoorsWatched(app, () =>
    withOwners(app, async () => {
      for (const handler of sight.handlers()) {
        const found = isGuardedElsewhere(handler, settings.guardedElsewhere)
          ? 'rbac.guardedElsewhere says that the host guards it'
          : await cellsOf(handler, probe, standard);
        if (typeof found === 'string') notTried.push(`${handler.entry} (${handler.name}): ${found}`);
        else {
          judged.push(...found);
          notTried.push(...hiddenIn(found));
        }
      }
    }),
  );
  return {
    cells: judged.map(({ cell }) => cell),
    differences: judged.flatMap(({ difference }) => difference ?? []),
    notTried,
  };
}

/** A cell, and what it says of the app. */
type Judged = {
  readonly cell: AccessCell;
  /** In words; none where it is as the decorators say. */
  readonly difference: string | undefined;
  /** Refused before those were asked that hold callers to the decorators. */
  readonly isHidden: boolean;
};

type Ready = { ready?(): PromiseLike<unknown> };

/** What the decorators are read against: a graph that is fixed is the one of the options, whatever is in force by now. */
function standardOf(app: INestApplicationContext, settings: RbacSettings): Standard {
  const { definition, source, maxColumns } = partOf(app, AccessFeatures, VERB).extend(settings);
  return {
    graph:
      source === undefined
        ? RoleGraph.compile(definition, { maxColumns })
        : partOf(app, LiveRoleGraph, VERB).current,
    defaultPolicy: settings.defaultPolicy,
    exempt: new ExemptPaths(partOf(app, AuthenticationSettings, VERB).exemptPaths),
  };
}

/** Whose a thing is is the actor's to say, while somebody knocks: no test has to make one for each route. */
async function withOwners(app: INestApplicationContext, work: () => Promise<void>): Promise<void> {
  const owners = partOf(app, OwnershipResolvers, VERB);
  const { ask } = owners;
  const watch = (): void => {
    owners.ask = (...asked) => currentKnock()?.owns ?? ask.apply(owners, asked);
  };
  const restore = (): void => {
    owners.ask = ask;
  };
  await whileReplaced(owners, { watch, restore }, work);
}

async function cellsOf(
  handler: Handler,
  probe: AccessProbe,
  standard: Standard,
): Promise<readonly Judged[] | string> {
  const access = new DecoratedAccess(handler, standard);
  const ways = probe.waysTo(handler, access);
  if (typeof ways === 'string') return ways;
  if (ways.length === 0) return 'this app does not serve it';
  const judged: Judged[] = [];
  for (const actor of access.actors()) {
    const found: Judged[] = [];
    for (const way of ways) {
      const expected = access.expected(actor, way.url);
      found.push(judge(handler, actor, expected, await way.knock(actor)));
    }
    // Of several ways the one that tells something.
    judged.push(found.find(({ difference }) => difference !== undefined) ?? found[0]!);
  }
  return judged;
}

function judge(
  { entry, name, transport }: Handler,
  actor: Actor,
  expected: AccessCell['expected'],
  { verdict, why, isBeyond, letPass }: Reception,
): Judged {
  const who = whoIs(actor);
  // Had the other guard not refused, nothing would have.
  const isOpen = letPass && expected === 'refused';
  const told = isOpen ? `${why} alone` : why;
  const cell = { route: entry, handler: name, transport, who, expected, got: verdict, why: told };
  // Beyond what decorators say, a route may be narrower.
  const isAsDecorated = !isOpen && (verdict === expected || isBeyond);
  return {
    cell,
    difference: isAsDecorated ? undefined : inWords(cell),
    isHidden: isBeyond && !letPass,
  };
}

/** Where a guard of the host refuses everybody before ours are asked, nothing is known of those. */
function hiddenIn(judged: readonly Judged[]): readonly string[] {
  const [first] = judged;
  if (first === undefined || !judged.every(({ isHidden }) => isHidden)) return [];
  const { route, handler, why } = first.cell;
  return [`${route} (${handler}): nobody got past a guard of the host (${why})`];
}

function whoIs({ roles, how }: Actor): string {
  if (roles === undefined) return 'anonymous';
  const [first, ...others] = roles;
  const alone = first === undefined ? 'without a role' : `as ${first}`;
  const named = others.length > 0 ? 'with every role' : alone;
  return how === '' ? named : `${named}, ${how}`;
}

function inWords({ route, handler, who, expected, got, why }: AccessCell): string {
  const reason = why === '' ? '' : ` (${why})`;
  const say = expected === 'admitted' ? 'admit' : 'refuse';
  return `${route} ${who}: ${got}${reason}, where the decorators ${say} [${handler}]`;
}
