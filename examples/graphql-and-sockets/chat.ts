import { EventEmitter, on } from 'node:events';
import { Injectable } from '@nestjs/common';

export interface Said {
  readonly author: string;
  readonly text: string;
}

/** What was said, and whoever listens; it knows nothing of transports. */
@Injectable()
export class Chat {
  private readonly said: Said[] = [];
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  all(): readonly Said[] {
    return this.said;
  }

  say(author: string, text: string): Said {
    const said = { author, text };
    this.said.push(said);
    this.emitter.emit('said', said);
    return said;
  }

  listen(listener: (said: Said) => void): void {
    this.emitter.on('said', listener);
  }

  /** All that is said from now on, each in a list of one, until the reader returns. */
  stream(): AsyncIterableIterator<[Said]> {
    return on(this.emitter, 'said') as AsyncIterableIterator<[Said]>;
  }
}
