import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { type Page, type PageResponse, sendOn, sendPage } from '../pages/page.js';

/** Where a browser goes on after a form. */
export interface Onward {
  readonly location: string;
}

/** Sends what a handler of the console answers. */
@Injectable()
export class ConsoleInterceptor implements NestInterceptor<Page | Onward, string> {
  intercept(context: ExecutionContext, next: CallHandler<Page | Onward>): Observable<string> {
    const response = context.switchToHttp().getResponse<PageResponse>();
    return next
      .handle()
      .pipe(
        map((answer) =>
          'location' in answer ? sendOn(response, answer.location) : sendPage(response, answer),
        ),
      );
  }
}
