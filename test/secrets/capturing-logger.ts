import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';

/** Keeps everything that is logged, at every level. */
export class CapturingLogger implements LoggerService {
  readonly lines: string[] = [];
  private readonly keep = (...given: unknown[]): void => {
    for (const each of given)
      this.lines.push(String(each), inspect(each, { showHidden: true, depth: Infinity }));
  };
  readonly log = this.keep;
  readonly error = this.keep;
  readonly warn = this.keep;
  readonly debug = this.keep;
  readonly verbose = this.keep;
  readonly fatal = this.keep;
}
