import { type CanActivate, type ExecutionContext, Inject, Optional } from '@nestjs/common';
import { httpResponseOf } from '../context/call.js';
import { defaultProblemDetailsSettings, ProblemDetailsSettings } from './problem-details.settings.js';
import { announceRefusal } from './refusal-headers.js';

/** A guard whose refusals have their challenge, `Retry-After` and `no-store` on the response before anybody catches them. */
export abstract class RefusingGuard implements CanActivate {
  // No parameter of the constructor, since hosts have guards that extend ours.
  @Optional()
  @Inject(ProblemDetailsSettings)
  private readonly problemDetails: ProblemDetailsSettings = defaultProblemDetailsSettings;

  /** Synchronous where the decision is. @throws AuthError what {@link decide} throws; at once or by rejecting */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    try {
      const verdict = this.decide(context);
      return typeof verdict === 'boolean'
        ? verdict
        : verdict.catch((error: unknown) => this.raise(error, context));
    } catch (error) {
      return this.raise(error, context);
    }
  }

  /** Whether the call passes; a refusal is thrown. */
  protected abstract decide(context: ExecutionContext): boolean | Promise<boolean>;

  /** Tells the response of a refusal, and throws it. */
  protected raise(error: unknown, context: ExecutionContext): never {
    announceRefusal(error, httpResponseOf(context), this.problemDetails);
    throw error;
  }
}
