import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AccessControl, type Principal } from 'nestjs-gatehouse';
import { ArticleTools } from './article-tools.service.js';
import { Tool, type ToolMethod } from './tool.decorator.js';

@Injectable()
export class McpTools {
  constructor(
    private readonly articles: ArticleTools,
    private readonly reflector: Reflector,
    private readonly access: AccessControl,
  ) {}

  /** The method behind a tool, if there is one of that name. */
  methodOf(name: string): ToolMethod | undefined {
    if (!Object.hasOwn(ArticleTools.prototype, name)) return undefined;
    const method = Reflect.get(this.articles, name) as ToolMethod;
    return this.reflector.get(Tool, method) && method;
  }

  /** A server that shows the tools that somebody may use. */
  serverFor(user: Principal): McpServer {
    const server = new McpServer({ name: 'articles', version: '1.0.0' });
    for (const name of Object.getOwnPropertyNames(ArticleTools.prototype)) {
      const method = this.methodOf(name);
      if (!method) continue;
      const call = (input: object) => method.call(this.articles, input, user);
      const tool = server.registerTool(name, this.reflector.get(Tool, method), call);
      if (!this.access.canCall(user, ArticleTools, name)) tool.disable();
    }
    return server;
  }
}
