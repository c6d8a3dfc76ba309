import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { JwtAuthGuard } from 'nestjs-gatehouse';
import { RbacGuard } from 'nestjs-gatehouse/rbac';
import { ArticleTools } from './article-tools.service.js';
import { McpTools } from './mcp-tools.service.js';

interface Message {
  readonly method?: string;
  readonly params?: { readonly name?: string };
}

/** Has each call of a tool judged by the decorators of the tool. */
@Injectable()
export class ToolGuard implements CanActivate {
  constructor(
    private readonly tools: McpTools,
    private readonly authentication: JwtAuthGuard,
    private readonly access: RbacGuard,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { body } = context.switchToHttp().getRequest<{ body: Message | Message[] }>();
    for (const message of [body].flat()) {
      if (message?.method !== 'tools/call') continue;
      const handler = this.tools.methodOf(String(message.params?.name));
      if (handler === undefined) continue; // the server says that there is none
      const call = Object.assign(Object.create(context) as ExecutionContext, {
        getClass: () => ArticleTools,
        getHandler: () => handler,
      });
      await this.authentication.canActivate(call);
      await this.access.canActivate(call);
    }
    return true;
  }
}
