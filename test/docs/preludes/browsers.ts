export declare const url: string;
export declare const username: string;
export declare const password: string;
