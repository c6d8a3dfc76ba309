import { All, Controller, NotFoundException, Req, Res, UseFilters } from '@nestjs/common';
import { Public } from 'nestjs-gatehouse';
import { type PageResponse, sendOn } from '../pages/page.js';
import { afterLogin, CONSOLE_PATH } from './console-path.js';
import { ConsoleFilter } from './console.filter.js';

/** Below the console people are told in words that there is nothing; a slash too many leads to the page without. */
@Public()
@UseFilters(ConsoleFilter)
@Controller(CONSOLE_PATH)
export class ElsewhereController {
  // The platforms write a wildcard differently.
  @All([':one', ':one/:two', ':one/:two/:three'])
  nowhere(
    @Req() { method, url }: { readonly method: string; readonly url: string },
    @Res({ passthrough: true }) response: PageResponse,
  ): string {
    const page = afterLogin(url);
    const isPage = page.split('?')[0] === url.split('?')[0]?.slice(0, -1);
    if (method !== 'GET' || !isPage) throw new NotFoundException();
    return sendOn(response, page);
  }
}
