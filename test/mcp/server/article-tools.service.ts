import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { Injectable } from '@nestjs/common';
import { type Principal, Roles, Scopes } from 'nestjs-gatehouse';
import { z } from 'zod';
import { Tool } from './tool.decorator.js';

const noInput = z.object({});
const oneArticle = z.object({ title: z.string() });

@Injectable()
export class ArticleTools {
  private readonly titles = ['On doors'];

  @Tool({ description: 'Lists the articles', inputSchema: noInput })
  @Scopes('articles:read')
  list(): CallToolResult {
    return { content: this.titles.map((text) => ({ type: 'text', text })) };
  }

  @Tool({ description: 'Publishes an article', inputSchema: oneArticle })
  @Roles('editor')
  publish({ title }: z.infer<typeof oneArticle>, { subject }: Principal): CallToolResult {
    this.titles.push(title);
    return { content: [{ type: 'text', text: `${title}, by ${subject}` }] };
  }

  @Tool({ description: 'Withdraws an article', inputSchema: oneArticle })
  @Roles('editor')
  @Scopes('articles:write')
  withdraw({ title }: z.infer<typeof oneArticle>): CallToolResult {
    this.titles.splice(this.titles.indexOf(title) >>> 0, 1);
    return { content: [] };
  }
}
