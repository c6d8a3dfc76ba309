import { Logger, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { metrics, trace } from '@opentelemetry/api';
import type { Measured } from '../observability/measured.js';
import type { Undo } from './around.js';
import { InstrumentMaker } from './instrument-maker.js';
import { LimitMetrics } from './limit-metrics.js';
import { OperationMetrics } from './operation-metrics.js';
import { RedisMetrics } from './redis-metrics.js';
import { StateMetrics } from './state-metrics.js';
import { VerificationMetrics } from './verification-metrics.js';

const SCOPE = 'nestjs-gatehouse';
/** As in configuration/measured.ts, which isn't imported: an entry that shares no file with the main one makes that none the slower. */
const MEASURED = Symbol.for('gatehouse:measured');

/**
 * Metrics and spans of `AuthModule`, or of `GatehouseThrottlerModule` alone, by the global providers of `@opentelemetry/api`: start
 * the SDK before the app. Nothing is measured without this module.
 * @example
 * ```ts
 * @Module({ imports: [AuthModule.forRoot({ … }), AuthTelemetryModule] })
 * export class AppModule {}
 * ```
 */
@Module({})
export class AuthTelemetryModule implements OnModuleInit, OnApplicationShutdown {
  // It leads to the whole app: who shows this module doesn't mean that.
  readonly #app: ModuleRef;
  private readonly ends: Undo[] = [];

  /** @internal */
  constructor(app: ModuleRef) {
    this.#app = app;
  }

  onModuleInit(): void {
    const found = this.measured();
    if (found.length === 0)
      new Logger('Gatehouse').warn(
        'AuthTelemetryModule finds nothing to measure: import AuthModule.forRoot({ … }) too.',
      );
    const maker = new InstrumentMaker(metrics.getMeter(SCOPE));
    this.ends.push(() => maker.end());
    const limits = new LimitMetrics(maker);
    for (const { windows } of found) this.ends.push(...limits.watch(windows()));
    // A second AuthModule in one process would write over the first one.
    const auth = found.find((each) => each.auth !== undefined)?.auth?.();
    if (auth === undefined) return;
    this.ends.push(
      ...new OperationMetrics(maker, trace.getTracer(SCOPE)).watch(auth),
      ...new VerificationMetrics(maker).watch(auth),
      ...new StateMetrics(maker).watch(auth),
    );
    if (auth.redis !== undefined)
      this.ends.push(...new RedisMetrics(maker).watch(auth.redis, auth.failureOf));
  }

  onApplicationShutdown(): void {
    // The last one first: what was put around something last comes off first.
    for (const end of this.ends.splice(0).toReversed()) end();
  }

  private measured(): readonly Measured[] {
    try {
      return this.#app.get<Measured>(MEASURED, { strict: false, each: true });
    } catch {
      return [];
    }
  }
}
