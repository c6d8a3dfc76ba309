export declare const api: string;
export declare const kept: string;
