import { AsyncLocalStorage } from 'node:async_hooks';
import { ExternalContextCreator } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { statusOf } from '../../kernel/auth-error.js';
import { callSteps } from './nest-app-internals.js';
import { whileReplaced } from './while-replaced.js';

/** How far a call came to a handler. */
export type Arrival =
  | { readonly verdict: 'admitted' }
  /** `by` names the guard; those `before` it had let it pass, and those `behind` it weren't asked. */
  | {
      readonly verdict: 'refused';
      readonly by: object;
      readonly before: readonly object[];
      readonly behind: readonly object[];
      readonly why: string;
    };

/** One call that must not get further than the door of its handler. */
export interface Knock {
  /** Whether whatever is asked for belongs to the caller, where a resolver would say so. */
  readonly owns: boolean;
  /** Told where the call came to; after `admitted` nothing more happens to it. */
  arrived(handler: { readonly type: object; readonly method: object }, arrival: Arrival): void;
}

const knocks = new AsyncLocalStorage<Knock | undefined>();
const KNOCK = Symbol('knock');
const TOO_MANY_REQUESTS = 429;
const NEVER = (): Promise<never> => new Promise(() => {});

/** The knock that is going on where this is asked. */
export const currentKnock = (): Knock | undefined => knocks.getStore();

/** Makes a call that is stopped at the door. */
export function knocking<T>(knock: Knock, call: () => T): T {
  return knocks.run(knock, call);
}

/** Says of what a call begins with that it is the knock that is going on. */
export function marked<T extends object>(first: T): T {
  return Object.defineProperty(first, KNOCK, { value: knocks.getStore() });
}

/**
 * By what the call carries: middleware may hand it on where another call, or nobody, is at work (queues, pools of connections). A knock
 * mustn't pass for a call then, nor a call for a knock.
 */
function knockOf([first]: readonly unknown[]): Knock | undefined {
  if (first === undefined) return knocks.getStore();
  const { [KNOCK]: knock, raw } = Object(first) as { [KNOCK]?: Knock; raw?: { [KNOCK]?: Knock } };
  return knock ?? raw?.[KNOCK];
}

/**
 * Watches the doors of all handlers while some work is done: guards are asked as ever, and what they let pass stops there, before
 * interceptors, pipes and the handler. Only knocks are stopped; other calls of the app go through.
 */
export async function withDoorsWatched<T>(app: INestApplicationContext, work: () => Promise<T>): Promise<T> {
  const [guardsAsked, interceptorsAsked] = callSteps(app.get(ExternalContextCreator, { strict: false }));
  const { tryActivate } = guardsAsked;
  const { intercept } = interceptorsAsked;
  const watch = (): void => {
    guardsAsked.tryActivate = async function (guards, args, instance, method, type) {
      const knock = knockOf(args);
      const ask = (some: readonly object[]): Promise<boolean> =>
        knocks.run(knock, () => tryActivate.call(this, some, args, instance, method, type));
      if (knock === undefined) return ask(guards);
      const handler = { type: instance.constructor, method };
      for (const [at, guard] of (guards ?? []).entries()) {
        const others = { before: guards.slice(0, at), behind: guards.slice(at + 1) };
        const refuse = (why: string): void =>
          knock.arrived(handler, { verdict: 'refused', by: guard, ...others, why });
        try {
          // One by one, to know which of them refuses.
          if (await ask([guard])) continue;
        } catch (error) {
          // How often somebody may call says nothing of who may.
          if (statusOf(error) === TOO_MANY_REQUESTS) continue;
          refuse(whyOf(error));
          throw error;
        }
        refuse('403');
        return false;
      }
      return true;
    };
    interceptorsAsked.intercept = function (interceptors, args, instance, method, next, type) {
      const knock = knockOf(args);
      if (knock === undefined)
        return knocks.run(knock, () =>
          intercept.call(this, interceptors, args, instance, method, next, type),
        );
      knock.arrived({ type: instance.constructor, method }, { verdict: 'admitted' });
      return NEVER();
    };
  };
  const restore = (): void => {
    Object.assign(guardsAsked, { tryActivate });
    Object.assign(interceptorsAsked, { intercept });
  };
  return whileReplaced(guardsAsked, { watch, restore }, work);
}

/** `401 unauthenticated`. */
function whyOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const status = statusOf(error);
  return [status ?? String(error), ...(typeof code === 'string' ? [code] : [])].map(String).join(' ');
}
