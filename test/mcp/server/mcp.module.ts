import { Module } from '@nestjs/common';
import { ArticleTools } from './article-tools.service.js';
import { McpTools } from './mcp-tools.service.js';
import { McpController } from './mcp.controller.js';
import { ToolGuard } from './tool.guard.js';

@Module({ controllers: [McpController], providers: [ArticleTools, McpTools, ToolGuard] })
export class McpModule {}
