// What the entries of SDKs use that need a whole framework. Those are installed where they are tested.

interface ClerkAuthLike {
  readonly isLoaded: boolean;
  readonly isSignedIn?: boolean | undefined;
  readonly userId?: string | null | undefined;
  readonly sessionId?: string | null | undefined;
  readonly orgId?: string | null | undefined;
  readonly getToken: (options?: {
    template?: string;
    skipCache?: boolean;
  }) => Promise<string | null>;
}

declare module "@clerk/nextjs" {
  export function useAuth(): ClerkAuthLike;
}

declare module "@clerk/tanstack-react-start" {
  export function useAuth(): ClerkAuthLike;
}

declare module "@clerk/expo" {
  export function useAuth(): ClerkAuthLike;
}

declare module "@clerk/nextjs/server" {
  export function auth(): Promise<{
    readonly userId: string | null;
    readonly sessionId: string | null;
    readonly orgId?: string | null | undefined;
    readonly sessionClaims: { readonly iat?: unknown } | null;
    readonly getToken: (options?: { template?: string }) => Promise<string | null>;
  }>;
}

declare module "next/headers" {
  export function headers(): Promise<Headers>;
}
