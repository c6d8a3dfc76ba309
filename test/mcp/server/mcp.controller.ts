import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { CurrentUser, type Principal } from 'nestjs-gatehouse';
import { McpTools } from './mcp-tools.service.js';
import { ToolGuard } from './tool.guard.js';

@Controller('mcp')
export class McpController {
  constructor(private readonly tools: McpTools) {}

  @Post()
  @UseGuards(ToolGuard)
  async post(
    @Req() { headers }: { headers: Record<string, string> },
    @Res({ passthrough: true }) response: { status(code: number): unknown },
    @Body() parsedBody: unknown,
    @CurrentUser() user: Principal,
  ): Promise<unknown> {
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await this.tools.serverFor(user).connect(transport);
    const request = new Request('http://localhost/mcp', { method: 'POST', headers });
    const answer = await transport.handleRequest(request, { parsedBody });
    response.status(answer.status);
    return answer.body === null ? undefined : answer.json();
  }

  // It has nothing to say unasked, and no sessions to end.
  @Get()
  @HttpCode(405)
  listen(): void {}

  @Delete()
  @HttpCode(405)
  end(): void {}
}
