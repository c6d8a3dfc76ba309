import { IsString, Length } from 'class-validator';
import type { PermissionName } from 'nestjs-gatehouse/rbac';

export class ExplainDto {
  @IsString()
  @Length(1, 256)
  username!: string;

  @IsString()
  @Length(1, 256)
  permission!: PermissionName;
}
