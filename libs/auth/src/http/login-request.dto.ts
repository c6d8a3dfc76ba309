import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';

/** Body of `POST /auth/login`. */
export class LoginRequest {
  @MaxLength(320)
  @IsNotEmpty()
  @IsString()
  readonly username!: string;

  // Bounded, since hashing takes the longer the more there is.
  @MaxLength(1024)
  @IsNotEmpty()
  @IsString()
  readonly password!: string;

  /** Requested scope, space-separated. */
  @MaxLength(2048)
  @IsString()
  @IsOptional()
  readonly scope?: string;

  /** What the session list calls this device. */
  @MaxLength(100)
  @IsString()
  @IsOptional()
  readonly device_label?: string;
}
