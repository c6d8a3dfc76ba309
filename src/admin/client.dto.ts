import { IsBoolean, IsString, Length, MaxLength, ValidateIf } from 'class-validator';

const IfGiven = () => ValidateIf((_dto: object, value: unknown) => value !== undefined);

/** Lists are names with a space in between; empty for none. */
export class ClientDto {
  /** What people read when they are asked for their consent. */
  @Length(1, 100)
  @IsString()
  name!: string;

  @MaxLength(512)
  @IsString()
  grants!: string;

  @MaxLength(512)
  @IsString()
  scope!: string;

  @IfGiven()
  @MaxLength(4096)
  @IsString()
  redirectUris: string = '';

  /** Of its own tokens (client_credentials). */
  @IfGiven()
  @MaxLength(512)
  @IsString()
  roles: string = '';

  /** Ids of clients whose tokens it may exchange. */
  @IfGiven()
  @MaxLength(4096)
  @IsString()
  exchangesTokensOf: string = '';

  @IfGiven()
  @IsBoolean()
  firstParty: boolean = false;
}

export class NewClientDto extends ClientDto {
  @Length(1, 100)
  @IsString()
  id!: string;

  /** Whether it can keep a secret (RFC 6749 §2.1); then it is given one. */
  @IfGiven()
  @IsBoolean()
  confidential: boolean = false;
}
