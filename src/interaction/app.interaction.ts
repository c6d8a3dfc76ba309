import { Injectable } from '@nestjs/common';
import { AuthorizationInteraction, type AuthorizationRequest } from 'nestjs-gatehouse';

/** Where Gatehouse sends a browser whose user is to be asked. */
@Injectable()
export class AppInteraction extends AuthorizationInteraction {
  begin({ handle }: AuthorizationRequest): string {
    return interactionPath(handle);
  }
}

export const interactionPath = (handle: string): string =>
  `/interaction?request=${encodeURIComponent(handle)}`;
