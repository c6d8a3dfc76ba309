import { Injectable } from '@nestjs/common';

/** Another provider, which gives one code. */
@Injectable()
export class Provider {
  urlFor(state: string): string {
    return `https://id.test/authorize?state=${state}`;
  }

  async redeem(code: string): Promise<string> {
    if (code !== 'one-code') throw new Error('invalid_grant');
    return 'https://id.test|ada';
  }
}
