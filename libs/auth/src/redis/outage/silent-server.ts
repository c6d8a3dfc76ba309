/** What a {@link SilentServer} needs of the server it stands for. */
export interface SilentServerOptions {
  /** Asks the server something small. Rejects when there is no answer in time; an error that the server replies is one. */
  probe(): Promise<unknown>;
  /** Told once, when a probe was answered in time. */
  onAnswer(): void;
  /** Told after each probe that wasn't. */
  onSilence(): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 2_000;

/**
 * A server that left a call without an answer for a whole deadline. It is asked on by one probe at a time, at once and then
 * after pauses, until it answers one in time. No call of a user is ever a probe: it would be the one that waits.
 */
export class SilentServer {
  private pauseMs = FIRST_PAUSE_MS;
  private isProbing = false;
  private isEnded = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SilentServerOptions) {
    void this.ask();
  }

  /** Asks now rather than after the pause, because a connection was made. */
  hurry(): void {
    void this.ask();
  }

  /** Asks no more. */
  end(): void {
    this.isEnded = true;
    clearTimeout(this.timer);
  }

  private async ask(): Promise<void> {
    if (this.isProbing || this.isEnded) return;
    this.isProbing = true;
    clearTimeout(this.timer);
    const hasAnswered = await this.options.probe().then(
      () => true,
      () => false,
    );
    this.isProbing = false;
    if (this.isEnded) return;
    if (hasAnswered) this.options.onAnswer();
    else this.askLater();
  }

  private askLater(): void {
    this.timer = setTimeout(() => void this.ask(), jittered(this.pauseMs)).unref();
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
    this.options.onSilence();
  }
}

/** Between three quarters and five quarters of it, so that instances don't ask all at once. */
function jittered(pauseMs: number): number {
  return pauseMs * (0.75 + Math.random() / 2);
}
