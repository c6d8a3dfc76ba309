import { Injectable } from '@nestjs/common';

export interface PasskeyAnswer {
  readonly credential: string;
}

/** Takes `key of <id>` for a passkey. */
@Injectable()
export class Passkeys {
  async verify({ credential }: PasskeyAnswer): Promise<string | undefined> {
    return /^key of (.+)$/.exec(credential)?.[1];
  }
}
