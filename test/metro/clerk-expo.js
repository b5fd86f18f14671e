// In the place of @clerk/expo, which needs a phone.
export const useAuth = () => globalThis.expoApp.auth;
