/** CURVE and ZAP for every socket of the project: see README.md. */

export * from './allow-list.ts';
export * from './curve-keys.ts';
export * from './curve-security.ts';
export * from './endpoints.ts';
export * from './keys-file.ts';
export * from './security-error.ts';
