/** What a gateway and its clients share; loads in a browser. */

export * from './codec.ts';
export * from './codes.ts';
export * from './decimal-format.ts';
export * from './events.ts';
export * from './json-decode.ts';
export * from './limits.ts';
export * from './message-error.ts';
export * from './messages.ts';
export * from './msgpack-decode.ts';
export * from './request-encode.ts';
export * from './requests.ts';
export * from './shape-check.ts';
