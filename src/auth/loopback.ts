/** Host names that never leave the device, so that tokens may go there in plain http. */
export const LOOPBACK: RegExp = /^(\[::1\]|127(\.\d+){3}|(.+\.)?localhost)$/;
