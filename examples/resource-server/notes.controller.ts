import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CurrentUser, Permissions, type Principal, TokenBlacklistService } from 'nestjs-gatehouse';

interface Note {
  readonly author: string;
  readonly text: string;
}

@Controller()
export class NotesController {
  private readonly notes: Note[] = [{ author: 'nobody', text: 'hello' }];

  constructor(private readonly blacklist: TokenBlacklistService) {}

  @Get('me')
  me(@CurrentUser() { subject, clientId, roles }: Principal): object {
    return { subject, clientId, roles };
  }

  @Permissions('notes:read')
  @Get('notes')
  list(): readonly Note[] {
    return this.notes;
  }

  @Permissions('notes:write')
  @Post('notes')
  write(@CurrentUser('subject') author: string, @Body('text') text: unknown): Note {
    const note = { author, text: String(text) };
    this.notes.push(note);
    return note;
  }

  /** The token in hand is refused from now on, here and on every instance that shares the Redis. */
  @Post('logout')
  @HttpCode(204)
  logout(@CurrentUser() principal: Principal): Promise<void> {
    return this.blacklist.revokeToken(principal);
  }
}
