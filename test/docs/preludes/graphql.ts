export declare const url: string;
