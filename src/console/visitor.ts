import { createParamDecorator, type ExecutionContext, Injectable, type PipeTransform } from '@nestjs/common';
import { AccessControl, type Principal } from 'nestjs-gatehouse';
import { Browser, type HttpRequest } from '../pages/browser.js';
import { Form } from '../pages/form.js';
import { hiddenFields } from '../pages/hidden-fields.js';
import type { Html } from '../pages/html.js';
import { StaleFormError } from '../pages/stale-form.error.js';
import { CONSOLE_PATH } from './console-path.js';

/** What all forms of the console are about: they change nothing but what is said in them. */
export const QUESTION = 'console';

/** A request that our guards have let through. */
type GuardedRequest = HttpRequest & { readonly user?: Principal; readonly body?: unknown };

/** Who looks at the console. */
export interface Visitor {
  readonly username: string;
  /** Whether they may also change something. */
  readonly mayChange: boolean;
  /** The hidden fields of a form, see `hiddenFields()`. */
  hidden(fields?: Readonly<Record<string, string>>): Html;
}

/** The visitor behind a request; `mayChange` is for showing buttons, guards decide. */
export function visitorOf(request: GuardedRequest, mayChange: boolean): Visitor {
  const form_token = Browser.of(request).formToken(QUESTION);
  return {
    username: request.user?.subject ?? '',
    mayChange,
    hidden: (fields = {}) => hiddenFields({ ...fields, form_token }),
  };
}

const request = createParamDecorator((_: undefined, context: ExecutionContext) =>
  context.switchToHttp().getRequest<GuardedRequest>(),
);

@Injectable()
class VisitorPipe implements PipeTransform<GuardedRequest, Visitor> {
  constructor(private readonly access: AccessControl) {}

  transform(guarded: GuardedRequest): Visitor {
    return visitorOf(guarded, this.access.can(guarded.user, 'console:write'));
  }
}

class FormPipe implements PipeTransform<GuardedRequest, Form> {
  transform(sent: GuardedRequest): Form {
    return formOf(sent, CONSOLE_PATH);
  }
}

/** A form that this browser was shown. @throws StaleFormError for every other one (CSRF) */
export function formOf(sent: GuardedRequest, path: string): Form {
  const form = new Form(sent.body);
  if (!Browser.of(sent).wrote(QUESTION, form.text('form_token'))) throw new StaleFormError(path);
  return form;
}

/** The parameter of a handler that is the {@link Visitor}. */
export const ByVisitor = (): ParameterDecorator => request(VisitorPipe);

/** The parameter of a handler that is the {@link Form} that was sent; there is no way to read it without its proof. */
export const Sent = (): ParameterDecorator => request(FormPipe);
