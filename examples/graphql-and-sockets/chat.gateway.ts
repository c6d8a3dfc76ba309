import {
  MessageBody,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import { CurrentUser, Permissions, SocketAuthenticator } from 'nestjs-gatehouse';
import { Chat, type Said } from './chat.js';

interface Server {
  emit(event: string, said: Said): void;
}

@WebSocketGateway()
export class ChatGateway implements OnGatewayInit {
  @WebSocketServer() private readonly server!: Server;

  constructor(
    private readonly chat: Chat,
    private readonly sockets: SocketAuthenticator,
  ) {}

  /** Nobody connects without a token, and no socket outlives the session of its token. */
  afterInit(server: object): void {
    this.sockets.protect(server);
    this.chat.listen((said) => this.server.emit('said', said));
  }

  @Permissions('messages:write')
  @SubscribeMessage('say')
  say(@CurrentUser('subject') author: string, @MessageBody() text: string): Said {
    return this.chat.say(author, text);
  }
}
