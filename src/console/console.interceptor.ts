import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { Browser, type HttpRequest } from '../pages/browser.js';
import { type Page, type PageResponse, sendOn, sendPage } from '../pages/page.js';
import { withDeed } from './deed.js';

/** Where a browser goes on after a form, and what it is told there. */
export interface Onward {
  readonly location: string;
  readonly deed?: string;
}

/** Sends what a handler of the console answers. */
@Injectable()
export class ConsoleInterceptor implements NestInterceptor<Page | Onward, string> {
  intercept(context: ExecutionContext, next: CallHandler<Page | Onward>): Observable<string> {
    const http = context.switchToHttp();
    const response = http.getResponse<PageResponse>();
    return next
      .handle()
      .pipe(
        map((answer) =>
          'location' in answer
            ? sendOn(response, addressOf(answer, http.getRequest()))
            : sendPage(response, answer),
        ),
      );
  }
}

const addressOf = ({ location, deed }: Onward, request: HttpRequest): string =>
  deed === undefined ? location : withDeed(Browser.of(request), location, deed, Date.now());
