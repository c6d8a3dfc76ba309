import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { HealthReport } from '../health/health-report.js';
import type { Measured } from '../observability/measured.js';

/** As in configuration/measured.ts, which isn't imported: an entry that shares no file with the main one makes that none the slower. */
const MEASURED = Symbol.for('gatehouse:measured');

/** What is told besides the status. */
type IndicatorOptions = {
  /** Tells why a component isn't up, and since when: for operators, since it says what is worth an attack. @default false */
  readonly showReasons?: boolean;
};

/**
 * `GatehouseHealth` for `@nestjs/terminus`. `degraded` doesn't fail a check: Gatehouse decides, but with less than it should have.
 * @example
 * ```ts
 * @Public()
 * @HealthCheck()
 * @Get('health/ready')
 * ready(): Promise<HealthCheckResult> {
 *   return this.health.check([() => this.gatehouse.isHealthy('gatehouse')]);
 * }
 * ```
 */
@Injectable()
export class GatehouseHealthIndicator {
  // It leads to the whole app: who shows this one doesn't mean that.
  readonly #app: ModuleRef;

  /** @internal */
  constructor(
    private readonly indicators: HealthIndicatorService,
    app: ModuleRef,
  ) {
    this.#app = app;
  }

  /**
   * The status, and that of each component. Takes `redis.deadline` at most.
   * @throws Error where `AuthModule` isn't set up
   */
  async isHealthy<Key extends string>(
    key: Key,
    { showReasons = false }: IndicatorOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const { status, components } = await this.report();
    const indicator = this.indicators.check(key);
    const detail = { components: showReasons ? components : statusesOf(components) };
    if (status === 'down') return indicator.down(detail);
    // Terminus 11 knows no status between the two.
    if (status === 'up' || typeof indicator.degraded !== 'function') return indicator.up(detail);
    return indicator.degraded(detail);
  }

  private report(): Promise<HealthReport> {
    for (const { auth } of this.measured()) if (auth !== undefined) return auth().health.check();
    throw new Error(
      'GatehouseHealthIndicator needs AuthModule: import AuthModule.forRoot({ … }) in the root module',
    );
  }

  private measured(): readonly Measured[] {
    try {
      return this.#app.get<Measured>(MEASURED, { strict: false, each: true });
    } catch {
      return [];
    }
  }
}

function statusesOf(
  components: HealthReport['components'],
): Readonly<Record<string, HealthReport['status']>> {
  return Object.fromEntries(Object.entries(components).map(([name, { status }]) => [name, status]));
}
