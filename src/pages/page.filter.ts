import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { AuthError } from 'nestjs-gatehouse';
import { type Page, type PageResponse, sendPage } from './page.js';
import { awayPage, failedPage, overPage, stalePage, tooManyPage } from './notice.pages.js';
import { StaleFormError } from './stale-form.error.js';

interface Response extends PageResponse {
  send(body: string): unknown;
}

/** People are told in words what went wrong, never in a problem document. */
@Catch()
export class PageFilter implements ExceptionFilter {
  private readonly logger = new Logger(PageFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    response.send(this.answer(error, host, response));
  }

  /** Writes status and headers. @returns the body */
  protected answer(error: unknown, _host: ArgumentsHost, response: PageResponse): string {
    return sendPage(response, this.pageOf(error));
  }

  private pageOf(error: unknown): Page {
    if (error instanceof StaleFormError) return stalePage(error.path);
    const status = statusOf(error);
    const retryAfterSeconds = (error as Partial<AuthError> | undefined)?.occurrence?.retryAfterSeconds;
    if (status === 429) return tooManyPage(retryAfterSeconds);
    if (status === 503) return awayPage(retryAfterSeconds);
    if (status < 500) return overPage();
    this.logger.error(error);
    return failedPage();
  }
}

/** With which status an error is answered. Asked by what it has: of two copies of a package there are two classes of one name. */
export const statusOf = (error: unknown): number =>
  (error as Partial<AuthError> | undefined)?.getStatus?.() ?? 500;
