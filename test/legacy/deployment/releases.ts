import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Module,
  Post,
  type Provider,
  Req,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import {
  AuthModule,
  type AuthModuleOptions,
  CurrentUser,
  type LegacyOptions,
  Public,
  Roles,
  TokenService,
  UserAuthenticator,
} from 'nestjs-gatehouse';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { requiredOptions } from '../../support/app/start-app.js';
import { ACCESS_SECRET, Database, OldAuthentication, type Tokens } from './old-authentication.js';

type Credentials = { readonly username: string; readonly password: string };
type Shown = { readonly refresh_token: string };

/** What releases share: the database, and Redis from the first release with this library on. */
export interface Surroundings {
  readonly database: Database;
  readonly redis: NonNullable<AuthModuleOptions['redis']>;
  readonly until: Date;
}

const old = (database: Database): Provider[] => [
  { provide: Database, useValue: database },
  OldAuthentication,
];

/** Release 0: passport-jwt and @nestjs/jwt, nothing of ours. */
export function releaseOfPassport({ database }: Surroundings): Type<unknown> {
  @Injectable()
  class JwtOfTutorials extends PassportStrategy(Strategy) {
    constructor() {
      super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: ACCESS_SECRET });
    }

    validate({ sub, roles }: { sub: string; roles: readonly string[] }): object {
      return { subject: sub, roles };
    }
  }

  @Controller()
  class OldController {
    constructor(private readonly authentication: OldAuthentication) {}

    @Post('auth/login')
    @HttpCode(200)
    login(@Body() { username, password }: Credentials): Promise<Tokens> {
      return this.authentication.login(username, password);
    }

    @Post('auth/refresh')
    @HttpCode(200)
    refresh(@Body() { refresh_token }: Shown): Promise<Tokens> {
      return this.authentication.rotate(refresh_token);
    }

    @UseGuards(AuthGuard('jwt'))
    @Get('profile')
    profile(@Req() { user }: { user: { subject: string } }): object {
      return { subject: user.subject };
    }
  }

  @Module({ controllers: [OldController], providers: [...old(database), JwtOfTutorials] })
  class OldModule {}

  return OldModule;
}

/** The part of the app that isn't about tokens. */
@Controller()
class ProfileController {
  @Roles('user')
  @Get('profile')
  profile(@CurrentUser('subject') subject: string): object {
    return { subject };
  }
}

const jwt = new JwtService();
const accessToken: NonNullable<LegacyOptions['accessToken']> = async (token) => {
  const { sub, roles } = await jwt.verifyAsync<{ sub: string; roles: string[] }>(token, {
    secret: ACCESS_SECRET,
  });
  return { subject: sub, roles };
};

const shared = ({ redis }: Surroundings) =>
  ({
    ...requiredOptions,
    redis,
    throttler: false,
    rbac: { definition: { roles: { user: { grants: [] } } } },
  }) as const;

/** Release 1: verifies and refreshes both kinds, and goes on issuing the old one, which release 0 understands. */
export function releaseOfBoth(around: Surroundings): Type<unknown> {
  @Controller('auth')
  class BridgeController {
    constructor(
      private readonly authentication: OldAuthentication,
      private readonly tokens: TokenService,
    ) {}

    @Public()
    @Post('login')
    @HttpCode(200)
    login(@Body() { username, password }: Credentials): Promise<Tokens> {
      return this.authentication.login(username, password);
    }

    @Public()
    @Post('refresh')
    @HttpCode(200)
    async refresh(@Body() { refresh_token: shown }: Shown): Promise<Tokens> {
      if (!shown.startsWith('ghr_')) return this.authentication.rotate(shown);
      const { accessToken: access_token, refreshToken: refresh_token } = await this.tokens.refresh({
        refreshToken: shown,
      });
      return { access_token, refresh_token };
    }
  }

  @Module({
    imports: [
      AuthModule.forRoot({
        ...shared(around),
        endpoints: { auth: false },
        legacy: { until: around.until, accessToken },
      }),
    ],
    controllers: [BridgeController, ProfileController],
    providers: old(around.database),
  })
  class BridgeModule {}

  return BridgeModule;
}

/** Release 2: issues our tokens, and redeems the old ones. */
export function releaseOfOurs(around: Surroundings): Type<unknown> {
  const authentication = new OldAuthentication(around.database);

  @Injectable()
  class Users extends UserAuthenticator {
    async authenticate(username: string, password: string) {
      const user = around.database.users.get(username);
      if (user === undefined || password !== `${username}-password`) return undefined;
      around.database.logins += 1;
      return { subject: username, roles: user.roles };
    }
  }

  @Module({
    imports: [
      AuthModule.forRoot({
        ...shared(around),
        userAuthenticator: Users,
        legacy: {
          until: around.until,
          accessToken,
          refreshToken: async (token) => {
            const subject = await authentication.holderOf(token);
            const user = subject === undefined ? undefined : around.database.users.get(subject);
            return user && { subject: subject!, roles: user.roles };
          },
        },
      }),
    ],
    controllers: [ProfileController],
  })
  class NewModule {}

  return NewModule;
}
