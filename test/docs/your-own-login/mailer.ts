import { Injectable } from '@nestjs/common';

/** Keeps what it is to send. */
@Injectable()
export class Mailer {
  readonly sent: { readonly to: string; readonly text: string }[] = [];

  send(to: string, text: string): void {
    this.sent.push({ to, text });
  }
}
