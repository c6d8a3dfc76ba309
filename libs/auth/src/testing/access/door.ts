import { AsyncLocalStorage } from 'node:async_hooks';
import { ExternalContextCreator } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { statusOf } from '../../kernel/auth-error.js';
import { callSteps } from './nest-app-internals.js';

/** How far a call came to a handler. */
export type Arrival =
  | { readonly verdict: 'admitted' }
  /** `by` names the guard. */
  | { readonly verdict: 'refused'; readonly by: object; readonly why: string };

/** One call that must not get further than the door of its handler. */
export interface Knock {
  /** Whether whatever is asked for belongs to the caller, where a resolver would say so. */
  readonly owns: boolean;
  /** Told where the call came to; after `admitted` nothing more happens to it. */
  arrived(handler: { readonly type: object; readonly method: object }, arrival: Arrival): void;
}

const knocks = new AsyncLocalStorage<Knock>();
// Middleware may go on where nothing is known of who called it.
const knocksByRequest = new WeakMap<object, Knock>();
const NEVER = (): Promise<never> => new Promise(() => {});

/** The knock that is going on where this is asked. */
export const currentKnock = (): Knock | undefined => knocks.getStore();

/** Makes a call that is stopped at the door. */
export function knocking<T>(knock: Knock, call: () => T): T {
  return knocks.run(knock, call);
}

/** Knows a request of HTTP again, whatever becomes of it on its way. */
export function markKnock(request: object): void {
  const knock = currentKnock();
  if (knock !== undefined) knocksByRequest.set(request, knock);
}

function knockOf([first]: readonly unknown[]): Knock | undefined {
  const known = knocks.getStore();
  if (known !== undefined || typeof first !== 'object' || first === null) return known;
  // Fastify has a request of its own around that of Node.
  const { raw = first } = first as { readonly raw?: object };
  return knocksByRequest.get(raw);
}

/**
 * Watches the doors of all handlers while some work is done: guards are asked as ever, and what they let pass stops there, before
 * interceptors, pipes and the handler. Only knocks are stopped; other calls of the app go through.
 */
export async function withDoorsWatched<T>(app: INestApplicationContext, work: () => Promise<T>): Promise<T> {
  const [guardsAsked, interceptorsAsked] = callSteps(app.get(ExternalContextCreator, { strict: false }));
  const { tryActivate } = guardsAsked;
  const { intercept } = interceptorsAsked;
  guardsAsked.tryActivate = async function (guards, args, instance, method, type) {
    const knock = knockOf(args);
    if (knock === undefined) return tryActivate.call(this, guards, args, instance, method, type);
    const handler = { type: instance.constructor, method };
    for (const guard of guards ?? []) {
      const refuse = (why: string): void => knock.arrived(handler, { verdict: 'refused', by: guard, why });
      try {
        // One by one, to know which of them refuses.
        if (await tryActivate.call(this, [guard], args, instance, method, type)) continue;
      } catch (error) {
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
    if (knock === undefined) return intercept.call(this, interceptors, args, instance, method, next, type);
    knock.arrived({ type: instance.constructor, method }, { verdict: 'admitted' });
    return NEVER();
  };
  try {
    return await work();
  } finally {
    Object.assign(guardsAsked, { tryActivate });
    Object.assign(interceptorsAsked, { intercept });
  }
}

/** `401 unauthenticated`. */
function whyOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const status = statusOf(error);
  return [status ?? String(error), ...(typeof code === 'string' ? [code] : [])].map(String).join(' ');
}
