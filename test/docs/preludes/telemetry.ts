import { UserAuthenticator } from 'nestjs-gatehouse';

export declare const issuer: string;
export declare const audience: string;
export declare const userAuthenticator: new () => UserAuthenticator;
