import { IsString, Length } from 'class-validator';
import type { PermissionName } from 'nestjs-gatehouse';

export class ExplainDto {
  @Length(1, 256)
  @IsString()
  username!: string;

  @Length(1, 256)
  @IsString()
  permission!: PermissionName;
}
