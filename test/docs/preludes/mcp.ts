import { AuthorizationInteraction } from 'nestjs-gatehouse';

export declare class AppInteraction extends AuthorizationInteraction {
  begin(): string;
}
