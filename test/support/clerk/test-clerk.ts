/** What the tests use of a clerk-js instance; both majors have it. */
export interface TestClerk {
  readonly loaded: boolean;
  readonly user: { readonly id: string } | null | undefined;
  readonly organization: { readonly id: string } | null | undefined;
  readonly session: TestSession | null | undefined;
  readonly client: TestClient | undefined;
  load(options: { telemetry: false }): Promise<void>;
  setActive(params: { session?: string; organization?: string | null }): Promise<void>;
  signOut(callback: () => void): Promise<void>;
}

interface TestSession {
  readonly id: string;
  getToken(options?: { template?: string; skipCache?: boolean }): Promise<string | null>;
}

interface TestClient {
  readonly sessions: readonly {
    readonly id: string;
    readonly user?: { readonly id: string } | null;
  }[];
  readonly signIn: {
    create(
      params: SignInParams,
    ): Promise<{ status: string | null; createdSessionId: string | null }>;
  };
}

export type SignInParams =
  { strategy: "ticket"; ticket: string } | { identifier: string; password?: string };
