import { UserAuthenticator, type AuthenticatedUser } from 'nestjs-gatehouse';

/** One user, as small as a host's authenticator can be. */
export class DemoUsers extends UserAuthenticator {
  authenticate(username: string, password: string): Promise<AuthenticatedUser | undefined> {
    const isDemo = username === 'demo' && password === 'correct horse';
    return Promise.resolve(isDemo ? { subject: 'user-1', roles: [] } : undefined);
  }
}
