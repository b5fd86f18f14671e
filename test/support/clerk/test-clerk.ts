/** What the tests use of a clerk-js instance; both majors have it. */
export interface TestClerk {
  readonly loaded: boolean;
  readonly user: TestUser | null | undefined;
  readonly organization: { readonly id: string } | null | undefined;
  readonly session: TestSession | null | undefined;
  readonly client: TestClient | undefined;
  load(options: { telemetry: false }): Promise<void>;
  setActive(params: { session?: string; organization?: string | null }): Promise<void>;
  signOut(callback: () => void, options?: { sessionId?: string }): Promise<void>;
}

interface TestUser {
  readonly id: string;
  getOrganizationMemberships(): Promise<{ data: { organization: { id: string } }[] }>;
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
    create(params: SignInParams): Promise<TestSignIn>;
  };
}

interface TestSignIn {
  readonly status: string | null;
  readonly createdSessionId: string | null;
  attemptFirstFactor(params: { strategy: "password"; password: string }): Promise<TestSignIn>;
}

export type SignInParams =
  { strategy: "ticket"; ticket: string } | { identifier: string; password?: string };
