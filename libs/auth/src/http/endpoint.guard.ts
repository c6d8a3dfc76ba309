import { type ExecutionContext, Injectable } from '@nestjs/common';
import { CrossSiteCheck, type MethodRequest } from '../authentication/requests/cross-site-check.js';
import { refuseUnreadableBody } from '../authentication/requests/request-parameters.js';
import { RefusingGuard } from '../problem-details/refusing.guard.js';

/**
 * Stands before our own endpoints: no other site changes anything there, and no body gets further that nobody reads. The
 * refresh has none, since its strategy does both itself, for routes of hosts as well.
 */
@Injectable()
export class EndpointGuard extends RefusingGuard {
  constructor(private readonly crossSite: CrossSiteCheck) {
    super();
  }

  protected override decide(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<MethodRequest>();
    this.crossSite.refuseChange(request);
    refuseUnreadableBody(request);
    return true;
  }
}
