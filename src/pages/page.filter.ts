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
    response.send(sendPage(response, this.pageOf(error)));
  }

  private pageOf(error: unknown): Page {
    if (error instanceof StaleFormError) return stalePage(error.path);
    // Asked by what they have: of two copies of a package there are two classes of one name.
    const thrown = (error ?? {}) as Partial<AuthError>;
    const status = thrown.getStatus?.() ?? 500;
    const retryAfterSeconds = thrown.occurrence?.retryAfterSeconds;
    if (status === 429) return tooManyPage(retryAfterSeconds);
    if (status === 503) return awayPage(retryAfterSeconds);
    if (status < 500) return overPage();
    this.logger.error(error);
    return failedPage();
  }
}
