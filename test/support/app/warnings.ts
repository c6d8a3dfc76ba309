import type { LoggerService } from '@nestjs/common';

/** A logger that keeps warnings, and what is said without being one beside them, and drops all else. */
export class Warnings implements LoggerService {
  readonly lines: string[] = [];

  warn(message: unknown): void {
    this.lines.push(String(message));
  }

  readonly said: string[] = [];

  log(message: unknown): void {
    this.said.push(String(message));
  }

  error(): void {}
}
