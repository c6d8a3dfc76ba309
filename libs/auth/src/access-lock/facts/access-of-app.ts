import type { INestApplicationContext } from '@nestjs/common';
import { ExemptPaths } from '../../authentication/exempt-paths.js';
import { AppView } from '../../app-view/app-view.js';
import { HttpRoutes } from '../../app-view/http-routes.js';
import { RouteAudit } from '../../rbac/audit/route-audit.service.js';
import {
  type AccessLock,
  byText,
  factsText,
  type RouteFacts,
  USUAL_STORE_FAILURE,
} from '../lock/access-lock.js';
import { entriesOf, isServedOnce } from './entries.js';
import { definitionOf } from '../lock/locked-graph.js';
import { callerFacts } from './caller-facts.js';
import { GuardMarks } from './guard-marks.js';
import { factsOf, limitFacts } from './route-facts.js';

/** A handler that says nothing. */
class Silent {
  handle(): void {}
}

/** Who may call what in an app that is initialised; `undefined` where no module of ours guards it. */
export function accessOf(app: Pick<INestApplicationContext, 'get'>): AccessLock | undefined {
  const view = new AppView(app);
  const audit = view.find(RouteAudit);
  const { graph, rbac } = view;
  if (audit === undefined || graph === undefined || rbac === undefined) return undefined;
  const exemptPaths = view.authentication?.exemptPaths ?? [];
  const exempt = new ExemptPaths(exemptPaths);
  const marks = new GuardMarks(view);
  const places = new HttpRoutes(view.modules, view.config);
  const limits = limitFacts(view.limitsOn({ type: Silent, method: Silent.prototype.handle }));
  const found = new Map<string, RouteFacts[]>();
  for (const judged of audit.rows(graph))
    for (const { name, path } of entriesOf(judged, places)) {
      const facts = factsOf(judged, path, { view, graph, exempt, limits, marks });
      found.set(name, [...(found.get(name) ?? []), facts]);
    }
  return {
    defaultPolicy: rbac.defaultPolicy,
    exemptPaths: [...new Set(exemptPaths)],
    callers: callerFacts(view),
    limits,
    onStoreFailure: view.throttler?.onStoreFailure ?? USUAL_STORE_FAILURE,
    ...definitionOf(graph),
    routes: new Map([...found].flatMap(([name, facts]) => named(name, facts))),
  };
}

/** Several handlers of one name are told apart by what is known of them, since nothing else of them stays. */
function named(name: string, facts: readonly RouteFacts[]): readonly (readonly [string, RouteFacts])[] {
  const [first] = facts;
  if (first === undefined) return [];
  if (isServedOnce(name)) return [[name, first]];
  return facts
    .toSorted((one, other) => byText(factsText(one), factsText(other)))
    .map((each, at) => [at === 0 ? name : `${name} (${at + 1})`, each] as const);
}
