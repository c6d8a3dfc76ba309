import type { Fault } from './fault.js';
import { APP_USER, only } from './stage.js';

/** The password was changed, and who is logged in is thrown out: WRONGPASS. */
export const wrongPassword = (): Fault =>
  onUser('WRONGPASS', ['resetpass', '>another-password'], 'thrown out');

/** The user is off, and thrown out: WRONGPASS as well. */
export const userOff = (): Fault => onUser('user off', ['off'], 'thrown out');

/** The user may do nothing any more, and stays connected: NOPERM. */
export const noPermission = (): Fault => onUser('NOPERM', ['-@all'], 'stays');

const RESTORED = ['on', 'resetpass', `>${APP_USER.password}`, '+@all'];

function onUser(name: string, rules: readonly string[], connections: 'thrown out' | 'stays'): Fault {
  return {
    name,
    media: ['standalone', 'proxied'],
    begin: async (stage) => {
      await only(stage).command('acl', 'setuser', APP_USER.name, ...rules);
      if (connections === 'thrown out') await only(stage).command('client', 'kill', 'user', APP_USER.name);
    },
    end: async (stage) => void (await only(stage).command('acl', 'setuser', APP_USER.name, ...RESTORED)),
  };
}
