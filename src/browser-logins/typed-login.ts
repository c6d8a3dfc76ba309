import type { Form } from '../pages/form.js';
import type { RefusedLogin } from './login.page.js';

// As at `POST /auth/login`: hashing takes the longer the more there is.
const LONGEST_USERNAME = 320;
const LONGEST_PASSWORD = 1024;

/** The same for an unknown user, or it would tell who has an account. */
const WRONG = 'The username or the password is not right';

/** What somebody typed at the login page. */
export class TypedLogin {
  private constructor(
    readonly username: string,
    readonly password: string,
  ) {}

  static of(form: Form): TypedLogin {
    // Keyboards of phones put a space behind a word.
    return new TypedLogin(form.text('username').trim(), form.text('password'));
  }

  /** What is wrong with it before anybody looks into an account. */
  refusal(): RefusedLogin | undefined {
    const { username, password } = this;
    if (username.length > LONGEST_USERNAME || password.length > LONGEST_PASSWORD)
      return { username: '', errors: { username: WRONG } };
    const errors = {
      ...(username === '' && { username: 'Enter your username' }),
      ...(password === '' && { password: 'Enter your password' }),
    };
    return Object.keys(errors).length === 0 ? undefined : { username, errors };
  }

  /** What is said when no account has this name and password. */
  wrong(): RefusedLogin {
    return { username: this.username, errors: { password: WRONG } };
  }
}
