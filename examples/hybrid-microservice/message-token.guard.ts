import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type Principal, TokenService } from 'nestjs-gatehouse';

/** What every message of this app carries besides its own data. */
export interface WithToken {
  readonly token?: string;
}

/**
 * Messages have no headers, so the token travels in them. Whoever it speaks for is put where our guards look: what `verify()`
 * answered, itself and no copy. It stands in the root module, so it runs before those guards.
 */
@Injectable()
export class MessageTokenGuard implements CanActivate {
  constructor(private readonly tokens: TokenService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'rpc') return true;
    const rpc = context.switchToRpc();
    const token = rpc.getData<WithToken | undefined>()?.token;
    if (token !== undefined) rpc.getContext<{ user?: Principal }>().user = await this.tokens.verify(token);
    return true;
  }
}
