import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandReader } from './command-reader.js';

/** One connection of a client through a proxy. */
export class ProxyLink {
  /** How much later the client gets each answer, in milliseconds. */
  delayMs = 0;
  /** Whether the client has asked to subscribe. */
  subscribes = false;
  private readonly reader = new CommandReader();
  private readonly server: Socket;
  private isSilent = false;
  private answered: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: Socket,
    target: { readonly host: string; readonly port: number },
    private readonly onCommand: (name: string) => void,
  ) {
    this.server = connect(target);
    // What happens to one end happens to the other one; each has its own 'close'.
    this.server.on('error', () => {});
    client.on('data', (chunk) => this.ask(chunk));
    this.server.on('data', (chunk) => this.answer(chunk));
    client.on('close', () => this.server.destroy());
    this.server.on('close', () => {
      if (!this.isSilent) client.destroy();
    });
  }

  /** From now on nothing passes, not even the end of the connection. */
  silence(): void {
    this.isSilent = true;
  }

  /** Resets both ends (RST). */
  reset(): void {
    this.client.resetAndDestroy();
    this.server.resetAndDestroy();
  }

  private ask(chunk: Buffer): void {
    if (this.isSilent) return;
    this.server.write(chunk);
    for (const name of this.reader.push(chunk)) {
      this.subscribes ||= name === 'subscribe';
      this.onCommand(name);
    }
  }

  private answer(chunk: Buffer): void {
    const { delayMs } = this;
    // One after another, also when the delay has just become shorter.
    const due = delayMs === 0 ? undefined : pause(delayMs, undefined, { ref: false });
    this.answered = this.answerAfter(Promise.all([this.answered, due]), chunk);
  }

  private async answerAfter(turn: Promise<unknown>, chunk: Buffer): Promise<void> {
    await turn;
    if (!this.isSilent && !this.client.destroyed) this.client.write(chunk);
  }
}
