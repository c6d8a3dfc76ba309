import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AuthError } from '../kernel/auth-error.js';
import { refuseOverTransport } from './transport-error.js';

// Where Nest's own decorators keep that a class is a gateway, and which filters it has.
const GATEWAY = 'websockets:is_gateway';
const FILTERS = '__exceptionFilters__';

@Catch(AuthError)
class GatewayRefusalFilter implements ExceptionFilter<AuthError> {
  catch(error: AuthError, host: ArgumentsHost): unknown {
    return refuseOverTransport(error, host);
  }
}

/**
 * Gives every gateway a filter for refusals, because Nest applies no global filter to gateways: a refusal would reach the
 * client as "Internal server error". It comes before the gateway's own filters, which therefore win.
 */
@Injectable()
export class GatewayRefusals {
  constructor(modules: ModulesContainer) {
    for (const { providers } of modules.values())
      for (const { metatype } of providers.values())
        if (typeof metatype === 'function' && Reflect.hasOwnMetadata(GATEWAY, metatype)) addFilter(metatype);
  }
}

function addFilter(gateway: object): void {
  const filters = (Reflect.getMetadata(FILTERS, gateway) ?? []) as readonly unknown[];
  // Two applications in one process may share a gateway class.
  if (filters.some((filter) => filter instanceof GatewayRefusalFilter)) return;
  Reflect.defineMetadata(FILTERS, [new GatewayRefusalFilter(), ...filters], gateway);
}
