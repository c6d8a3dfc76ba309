import type { ExecutionContext } from '@nestjs/common';
import type { CredentialThrottle, RateLimits } from 'nestjs-gatehouse';

export declare function limitOfPlan(context: ExecutionContext): Promise<number>;

export declare const credentialThrottle: CredentialThrottle;
export declare const rateLimits: RateLimits;
export declare const request: { readonly ip: string };
export declare const username: string;
export declare const password: string;
export declare function authenticate(username: string, password: string): Promise<object | undefined>;
