import { type ExecutionContext, Logger } from '@nestjs/common';
import { principalOf } from '../../context/call.js';
import { callerOf } from '../../context/callers/caller.js';
import { originOf } from '../../context/callers/origin-of.js';
import type { AuthError } from '../../kernel/auth-error.js';
import type { AuthEvents } from '../../kernel/auth-events.js';
import type { WindowVerdict } from '../sliding-window/sliding-window.store.js';
import type { ThrottleHit } from './throttle-hits.js';

/** Tells operators of calls that limits refused. */
export class RefusalReport {
  private readonly logger = new Logger('Gatehouse');
  private readonly overpriced = new Set<string>();

  /** What is odd about limits that refused, dry runs included. */
  lookAt(hits: readonly ThrottleHit[], verdicts: readonly WindowVerdict[]): void {
    hits.forEach((hit, index) => {
      if (verdicts[index]?.outcome === 'refused') this.lookAtOne(hit);
    });
  }

  /** A call was refused. Whoever floods an app must not flood who listens: of one caller it is told once a second. */
  tell(
    events: AuthEvents | undefined,
    context: ExecutionContext,
    { code, occurrence }: AuthError,
    refused: ThrottleHit,
  ): void {
    const { extensions = {}, retryAfterSeconds = 1 } = occurrence;
    const limits = extensions['violated-policies'] as readonly string[];
    const told = { subject: principalOf(context)?.subject, limits, code, retryAfterSeconds };
    const quiet = { key: `${refused.name} ${refused.key}` };
    events?.emitSeldom('quota.exceeded', told, quiet, () => originOf(callerOf(context)));
  }

  private lookAtOne({ throttler, dryRun, cost, limit, name }: ThrottleHit): void {
    if (dryRun === true)
      this.logger.debug(`The throttler "${throttler}" would have refused a call (dry run)`);
    if (cost <= limit || limit === 0 || this.overpriced.has(name)) return;
    this.overpriced.add(name);
    this.logger.warn(
      `A call costs ${cost} of the throttler "${throttler}", whose limit is ${limit}: it never passes`,
    );
  }
}
