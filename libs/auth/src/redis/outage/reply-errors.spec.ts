import { storeUnavailable } from '../../kernel/auth-error.js';
import { concernsOneCall, meaningOf } from './reply-errors.js';

const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });
// Redis 6.2 says so of every error of a command inside of a script.
const inScript = (said: string): string =>
  `ERR Error running script (call to f_6b1bf486c81ceb7edf3c093f4c48582e38c0e791): @user_script:5: @user_script: 5: ${said}`;

describe('what an error that Redis replied means', () => {
  it.each([
    ["READONLY You can't write against a read only replica.", 'READONLY'],
    ["READONLY You can't write against a read only replica. script: 6b1b, on @user_script:5.", 'READONLY'],
    [inScript("-READONLY You can't write against a read only replica."), 'READONLY'],
    [inScript("-OOM command not allowed when used memory > 'maxmemory'."), 'OOM'],
    [inScript('-NOREPLICAS Not enough good replicas to write.'), 'NOREPLICAS'],
    [inScript("The user executing the script can't run this command or subcommand"), 'NOPERM'],
    [inScript('attempt to compare nil with number'), 'ERR'],
    ["ERR unknown command 'x', with args beginning with: '-READONLY '", 'ERR'],
    ['something new', 'ERR'],
  ])('%s', (message, code) => {
    expect(meaningOf(reply(message))?.code).toBe(code);
  });

  it('is nothing where the connection failed', () => {
    expect(meaningOf(new Error('READONLY'))).toBeUndefined();
  });

  it.each([
    ['WRONGTYPE Operation against a key holding the wrong kind of value', true],
    [inScript('attempt to compare nil with number'), true],
    [inScript("-READONLY You can't write against a read only replica."), false],
    ['NOPERM this user has no permissions to run the command', false],
  ])('concerns one call or all of them: %s', (message, isOne) => {
    expect(concernsOneCall(storeUnavailable('refused', { cause: reply(message) }))).toBe(isOne);
  });

  it('concerns all of them where there is no reply', () => {
    expect(concernsOneCall(storeUnavailable('no connection'))).toBe(false);
    expect(concernsOneCall(new TypeError('of ours'))).toBe(true);
  });
});
