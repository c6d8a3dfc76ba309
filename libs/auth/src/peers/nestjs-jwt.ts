import type * as nestJwt from '@nestjs/jwt';
import { peers } from './peers.js';

/** The class of the host's `@nestjs/jwt`, value and type, as an import would bring it. */
export const { JwtService } = peers['@nestjs/jwt'] as typeof nestJwt;
export type JwtService = nestJwt.JwtService;
