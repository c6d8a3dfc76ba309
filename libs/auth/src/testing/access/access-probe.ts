import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { HttpRoutes } from '../../app-view/http-routes.js';
import { enforcedBy } from '../../context/enforcement.js';
import { EnforcingGuards } from '../../rbac/audit/enforcing-guards.js';
import type { Handler } from '../../rbac/audit/handlers.js';
import { TokenService } from '../../tokens/token.service.js';
import { partOf } from '../tested-app.js';
import { type Actor, ActorTokens } from './actors.js';
import type { DecoratedAccess } from './decorated-access.js';
import { type Arrival, type Knock, knocking, withDoorsWatched } from './door.js';
import { requestsTo } from './http-knocks.js';
import { inject } from './injected-request.js';
import { type Shown, type Way, waysTo } from './other-knocks.js';

/** What became of a call. */
export interface Reception {
  readonly verdict: 'admitted' | 'refused' | 'not reached';
  /** The status and code of a refusal, who refused, or what answered instead; empty where it was let in. */
  readonly why: string;
  /** Whether decorators say nothing of what refused: a guard of the host's own, say. */
  readonly isBeyond: boolean;
  /** Whether it was refused beyond decorators, and all that holds callers to those had let it pass. */
  readonly letPass: boolean;
}

/** A way to a handler, and the path of it where it has one. */
export interface Approached {
  readonly url: string;
  knock(actor: Actor): Promise<Reception>;
}

type Call = (shown: Shown, knock: Knock) => Promise<number | undefined>;

const ADMITTED: Reception = { verdict: 'admitted', why: '', isBeyond: false, letPass: false };

/** Calls the handlers of an app, and sees whom their doors let in. */
export class AccessProbe {
  private readonly tokens: ActorTokens;
  private readonly guards: EnforcingGuards;
  private readonly routes: HttpRoutes;

  constructor(private readonly app: INestApplicationContext) {
    this.tokens = new ActorTokens(app);
    const modules = app.get(ModulesContainer, { strict: false });
    const config = app.get(ApplicationConfig, { strict: false });
    this.guards = new EnforcingGuards(modules, config);
    this.routes = new HttpRoutes(modules, config);
  }

  /** Every way to a handler that this app has, none where it isn't served; or why there is no telling. */
  waysTo(handler: Handler, access: DecoratedAccess): readonly Approached[] | string {
    const reach = (url: string, call: Call): Approached => ({
      url,
      knock: (actor) => this.knock(handler, access, actor, call),
    });
    if (handler.transport !== 'http')
      return waysTo(handler, this.app).map((way) => reach('', (shown, knock) => direct(way, shown, knock)));
    const app = servingHttp(this.app);
    if (app === undefined) return [];
    const requests = requestsTo(handler, this.routes);
    if (typeof requests === 'string') return requests;
    return requests.map(({ url, method, headers }) =>
      reach(url, ({ token }, knock) => {
        const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const address = this.tokens.nextAddress();
        return answered(app, { method, url, address, headers: { ...headers, ...authorization } }, knock);
      }),
    );
  }

  private async knock(
    handler: Handler,
    { policy }: DecoratedAccess,
    actor: Actor,
    call: Call,
  ): Promise<Reception> {
    const token = await this.tokens.tokenOf(actor, policy.freshAuth);
    const principal =
      token === undefined
        ? undefined
        : await partOf(this.app, TokenService, 'describeAccess()').verify(token);
    let arrival: Arrival | undefined;
    let elsewhere = '';
    const knock: Knock = {
      owns: actor.owns,
      arrived: ({ type, method }, found) => {
        if (type === handler.type && method === handler.method) arrival = found;
        else if (found.verdict === 'admitted') elsewhere = `${nameOf(type)}.${nameOf(method)} answers`;
      },
    };
    // Whoever comes late to the door has to be stopped there, too.
    const status = await patiently(withDoorsWatched(this.app, () => call({ token, principal }, knock)));
    if (arrival !== undefined) return this.receptionOf(arrival);
    return {
      verdict: 'not reached',
      why: elsewhere || `${status ?? 'no'} answer before`,
      isBeyond: false,
      letPass: false,
    };
  }

  private receptionOf(arrival: Arrival): Reception {
    if (arrival.verdict === 'admitted') return ADMITTED;
    const { by, why, before, behind } = arrival;
    if (this.isOurs(by)) return { verdict: 'refused', why, isBeyond: false, letPass: false };
    // Where one of ours is still to be asked, it may refuse as well.
    const letPass = before.some((guard) => this.isOurs(guard)) && !behind.some((guard) => this.isOurs(guard));
    return { verdict: 'refused', why: `${why}, ${nameOf(by.constructor)}`, isBeyond: true, letPass };
  }

  private isOurs(guard: object): boolean {
    return (
      enforcedBy(guard.constructor).length > 0 || this.guards.all.some(({ instance }) => instance === guard)
    );
  }
}

/** Calls a handler without HTTP. Whoever is let in never returns, so the arrival is the end. */
function direct(way: Way, shown: Shown, knock: Knock): Promise<undefined> {
  return new Promise((resolve) => {
    const stopping: Knock = {
      ...knock,
      arrived: (handler, arrival) => {
        knock.arrived(handler, arrival);
        if (arrival.verdict === 'admitted') resolve(undefined);
      },
    };
    void Promise.resolve(knocking(stopping, () => way(shown))).then(() => resolve(undefined));
  });
}

/** The status of the answer; `undefined` for a call that was stopped at a door. */
function answered(
  app: INestApplication,
  request: Parameters<typeof inject>[1],
  knock: Knock,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    let end = (): void => {};
    const stopping: Knock = {
      ...knock,
      arrived: (handler, arrival) => {
        knock.arrived(handler, arrival);
        if (arrival.verdict === 'refused') return;
        resolve(undefined);
        end();
      },
    };
    end = knocking(stopping, () => inject(app, request, resolve));
  });
}

/** An app answers in less, or not at all. */
const PATIENCE_MS = 5_000;

/** Waits for the end of a call, or for long enough. */
async function patiently<T>(call: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  try {
    return await Promise.race([call, enough]);
  } finally {
    clearTimeout(timer);
  }
}

function servingHttp(app: INestApplicationContext): INestApplication | undefined {
  return typeof (app as Partial<INestApplication>).getHttpServer === 'function'
    ? (app as INestApplication)
    : undefined;
}

function nameOf(named: object): string {
  return (named as { readonly name?: string }).name ?? 'somebody';
}
