import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { Reflector } from '@nestjs/core';
import type { Principal } from 'nestjs-gatehouse';
import type { z } from 'zod';

/** Makes a method a tool. */
export const Tool = Reflector.createDecorator<{ description: string; inputSchema: z.ZodObject }>();

export type ToolMethod = (input: object, user: Principal) => CallToolResult | Promise<CallToolResult>;
