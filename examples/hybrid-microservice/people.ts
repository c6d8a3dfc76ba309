import { Injectable } from '@nestjs/common';
import { type AuthenticatedUser, UserAuthenticator } from 'nestjs-gatehouse';

const roles = new Map([
  ['ada', ['clerk']],
  ['bob', ['customer']],
]);

/** Two people with one password. Yours looks somebody up and verifies a hash. */
@Injectable()
export class People extends UserAuthenticator {
  async authenticate(name: string, password: string): Promise<AuthenticatedUser | undefined> {
    const found = roles.get(name);
    return found !== undefined && password === 'correct horse' ? { subject: name, roles: found } : undefined;
  }
}
