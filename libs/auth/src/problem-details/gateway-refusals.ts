import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { nestMetadata } from '../context/nest-internals.js';
import { AuthError } from '../kernel/auth-error.js';
import { refuseOverTransport } from './transport-error.js';

@Catch(AuthError)
class GatewayRefusalFilter implements ExceptionFilter<AuthError> {
  catch(error: AuthError, host: ArgumentsHost): unknown {
    return refuseOverTransport(error, host);
  }
}

/**
 * Gives every gateway a filter for refusals. Nest applies no global filter to gateways, so a client would only see
 * "Internal server error". The gateway's own filters come later in the list and win.
 */
@Injectable()
export class GatewayRefusals {
  constructor(modules: ModulesContainer) {
    for (const { providers } of modules.values())
      for (const { metatype } of providers.values())
        if (typeof metatype === 'function' && Reflect.hasOwnMetadata(nestMetadata.gateway, metatype))
          addFilter(metatype);
  }
}

function addFilter(gateway: object): void {
  const filters = (Reflect.getMetadata(nestMetadata.exceptionFilters, gateway) ?? []) as readonly unknown[];
  // Two applications in one process may share a gateway class.
  if (filters.some((filter) => filter instanceof GatewayRefusalFilter)) return;
  Reflect.defineMetadata(nestMetadata.exceptionFilters, [new GatewayRefusalFilter(), ...filters], gateway);
}
