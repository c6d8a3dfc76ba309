import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, Public } from 'nestjs-gatehouse';
import { DemoUsers } from './demo-users.js';

@Controller('greetings')
class GreetingsController {
  @Public()
  @Get('public')
  forAll() {
    return { greeting: 'hello' };
  }

  @Get()
  forUsers() {
    return { greeting: 'hello, user' };
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      issuer: 'https://proof.example',
      audience: 'https://proof.example/api',
      userAuthenticator: DemoUsers,
    }),
  ],
  controllers: [GreetingsController],
})
export class AppModule {}
