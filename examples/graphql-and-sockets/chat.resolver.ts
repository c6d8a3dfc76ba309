import { Args, Field, Mutation, ObjectType, Query, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentUser, Permissions } from 'nestjs-gatehouse';
import { Chat, type Said } from './chat.js';

@ObjectType()
class Message implements Said {
  @Field() readonly author!: string;
  @Field() readonly text!: string;
}

/** Guards and decorators as on routes; a subscription is decided when it begins, and ends with the session. */
@Resolver()
export class ChatResolver {
  constructor(private readonly chat: Chat) {}

  @Query(() => String)
  me(@CurrentUser('subject') name: string): string {
    return name;
  }

  @Permissions('messages:read')
  @Query(() => [Message])
  messages(): readonly Said[] {
    return this.chat.all();
  }

  @Permissions('messages:write')
  @Mutation(() => Message)
  say(@CurrentUser('subject') author: string, @Args('text') text: string): Said {
    return this.chat.say(author, text);
  }

  @Permissions('messages:read')
  @Subscription(() => Message, { resolve: ([said]: [Said]) => said })
  said(): AsyncIterableIterator<[Said]> {
    return this.chat.stream();
  }
}
