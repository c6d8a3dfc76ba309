import type { INestApplication } from '@nestjs/common';
import type { ClassPlan, HostPlan } from './host-app.js';

/** A change of an app that somebody might not notice, and what is told of it. */
export interface Mutation {
  readonly title: string;
  readonly mutate: (plan: HostPlan) => void;
  /** How many changes of each kind are told, and no others. */
  readonly summary: string;
  /** Of these every line, or those that say the most. */
  readonly told: readonly string[];
}

type Slot = readonly [group: string, method: string];

/** The methods of a controller or provider of a plan. */
export const methodsIn = (plan: HostPlan, group: string): ClassPlan['methods'] =>
  (plan.controllers[group] ?? plan.providers[group])!.methods;

/** Writes other decorators on a method than those below the first one, which makes it a route. */
export const write = (plan: HostPlan, [group, method]: Slot, ...decorators: MethodDecorator[]): void => {
  const methods = methodsIn(plan, group);
  methods[method] = [methods[method]![0]!, ...decorators];
};
/** Writes one more decorator on a method. */
export const add = (plan: HostPlan, [group, method]: Slot, ...decorators: MethodDecorator[]): void =>
  void methodsIn(plan, group)[method]!.push(...decorators);
/** Takes a decorator away, the last one unless told otherwise. */
export const drop = (plan: HostPlan, [group, method]: Slot, at = -1): void =>
  void methodsIn(plan, group)[method]!.splice(at, 1);
/** Grants a role more. */
export const grant = (plan: HostPlan, role: string, ...grants: string[]): void =>
  void (plan.definition.roles[role]!.grants = [...(plan.definition.roles[role]!.grants ?? []), ...grants]);
/** Does something to the app before it is initialised. */
export const prepare = (plan: HostPlan, step: (app: INestApplication) => unknown): void =>
  void plan.prepare.push(step);

/** One of the planted ones. */
export const mutation = (
  title: string,
  mutate: Mutation['mutate'],
  summary: string,
  ...told: string[]
): Mutation => ({ title, mutate, summary, told });
