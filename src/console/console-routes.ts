import { applyDecorators, Controller, UseFilters, UseInterceptors } from '@nestjs/common';
import { Permissions } from 'nestjs-gatehouse';
import { CONSOLE_PATH } from './console-path.js';
import { ConsoleFilter } from './console.filter.js';
import { ConsoleInterceptor } from './console.interceptor.js';

/** A controller of pages for whoever may look at the console; a handler that changes something asks for `console:write` as well. */
export const ConsoleController = (path = ''): ClassDecorator =>
  applyDecorators(
    Controller(CONSOLE_PATH + path),
    Permissions('console:read'),
    UseFilters(ConsoleFilter),
    UseInterceptors(ConsoleInterceptor),
  );
