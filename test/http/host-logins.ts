import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Body, Controller, Get, HttpCode, Module, Post, Redirect, Req, Res } from '@nestjs/common';
import { Args, Context, GraphQLModule, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type AuthenticatedUser, LoginService, Public, type TokenResponse } from 'nestjs-gatehouse';
import type { Answer } from '../support/app/client.js';

/** What a login of the host says; set by each test. */
export const given: {
  user: AuthenticatedUser | (() => Promise<AuthenticatedUser | undefined>);
  details: Parameters<LoginService['completeLogin']>[3];
} = { user: { subject: 'ada' }, details: {} };

@Public()
@Controller()
class LoginsController {
  constructor(private readonly logins: LoginService) {}

  @Post(['auth/passkey', 'passkeys/login'])
  @HttpCode(200)
  passkey(@Req() request: object, @Res({ passthrough: true }) response: object): Promise<TokenResponse> {
    return this.logins.completeLogin(request, response, given.user, given.details);
  }

  @Get('social/callback')
  @Redirect('/app', 303)
  async callback(@Req() request: object, @Res({ passthrough: true }) response: object): Promise<void> {
    await this.logins.completeLogin(request, response, given.user, given.details);
  }

  @Post('wrong')
  async wrong(
    @Body('what') what: string,
    @Req() request: object,
    @Res({ passthrough: true }) response: object,
  ): Promise<string> {
    const [one, other] = what === 'request' ? [{}, response] : [request, {}];
    return this.logins.completeLogin(one, other, given.user).then(() => 'taken', String);
  }
}

interface CallContext {
  readonly req: object;
  readonly res: object;
}

@Resolver()
class LoginsResolver {
  constructor(private readonly logins: LoginService) {}

  @Public()
  @Mutation(() => String)
  async login(@Args('code') code: string, @Context() { req, res }: CallContext): Promise<string> {
    const body = await this.logins.completeLogin(req, res, { subject: `user-${code}` }, { amr: ['otp'] });
    return body.access_token ?? '';
  }

  @Query(() => String)
  unused(): string {
    return '';
  }
}

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      context: (first: { req?: object; res?: object }, reply: object): CallContext => ({
        req: first.req ?? first,
        res: first.res ?? reply,
      }),
    }),
  ],
  controllers: [LoginsController],
  providers: [LoginsResolver],
})
export class HostLoginsModule {}

/** The cookies of an answer, one a line. */
export const cookieOf = ({ headers }: Answer<unknown>): string => headers.getSetCookie().join('\n');
/** Name and value of a cookie, as browsers send it. */
export const pairOf = (cookie: string): string => cookie.split(';', 1)[0] ?? '';
