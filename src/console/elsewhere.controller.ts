import { All, Controller, NotFoundException, UseFilters } from '@nestjs/common';
import { Public } from 'nestjs-gatehouse';
import { CONSOLE_PATH } from './console-path.js';
import { ConsoleFilter } from './console.filter.js';

/** Whoever mistypes an address below the console is told in words that there is nothing. */
@Public()
@UseFilters(ConsoleFilter)
@Controller(CONSOLE_PATH)
export class ElsewhereController {
  // The platforms write a wildcard differently.
  @All([':one', ':one/:two', ':one/:two/:three'])
  nowhere(): never {
    throw new NotFoundException();
  }
}
