import type { ExecutionContext } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { nestMetadata } from '../../context/nest-internals.js';
import type { PerCall, ThrottlerPlan } from '../throttler.settings.js';
import type { Duration } from '../../kernel/duration.js';
import { limitsOfRoute } from './route-limits.js';
import type { RouteNames } from './route-names.js';

type Controller = ReturnType<ExecutionContext['getClass']>;
type Handler = ReturnType<ExecutionContext['getHandler']>;

/** The window of a route that has a limit of its own. */
export interface RouteWindow {
  /** `Controller.handler`, for people. */
  readonly route: string;
  readonly window: string;
  readonly windowMs: PerCall<Duration>;
}

const { path, message, messagePattern, resolverName } = nestMetadata;
const HANDLER_KEYS = [path, message, messagePattern, resolverName];

/** Every window of a throttler that belongs to one route only, in the whole app. */
export function ownWindowsOf(plan: ThrottlerPlan, names: RouteNames): readonly RouteWindow[] {
  const context = { throttlers: [plan], stage: plan.by, names };
  return handlersOf(names).flatMap(([controller, handler, method]) =>
    limitsOfRoute(context, [controller, handler], () => {})
      .filter(({ window }) => window !== plan.name)
      .map(({ window, windowMs }) => ({ route: `${controller.name}.${method}`, window, windowMs })),
  );
}

function handlersOf(names: RouteNames): readonly (readonly [Controller, Handler, string])[] {
  const scanner = new MetadataScanner();
  return [...names.classes().keys()].flatMap((controller) => {
    const prototype = controller.prototype as Record<string, Handler>;
    return scanner
      .getAllMethodNames(prototype)
      .map((method) => [controller, prototype[method]!, method] as const)
      .filter(([, handler]) => HANDLER_KEYS.some((key) => Reflect.hasMetadata(key, handler)));
  });
}
