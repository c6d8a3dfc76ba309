/** What a device asked for, as it is kept until somebody answers. */
export interface DeviceRequest {
  /** What its client may have of what it asked for. */
  readonly scope: readonly string[];
  readonly resource?: string | undefined;
  /** Where it asked from. */
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
}
