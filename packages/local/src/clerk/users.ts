import { randomId } from "./ids";

/** A user that `startLocalClerk` knows. Whatever is left out is made up. */
export interface LocalClerkUserInput {
  /** @default a random `user_…` */
  id?: string;
  /** The primary email address, taken as verified. @default none */
  email?: string;
  /** For sign-in with a password. Without one, only a ticket signs the user in. */
  password?: string;
  username?: string;
  firstName?: string;
  lastName?: string;
  imageUrl?: string;
  publicMetadata?: Readonly<Record<string, unknown>>;
  unsafeMetadata?: Readonly<Record<string, unknown>>;
  organizations?: readonly LocalClerkMembershipInput[];
}

/** One organization and what the user is in it. Users that name the same `id` share it. */
export interface LocalClerkMembershipInput {
  id: string;
  name: string;
  /** @default the id without its prefix */
  slug?: string;
  /** @default "org:member" */
  role?: string;
  /** @default [] */
  permissions?: readonly string[];
  /** Metadata of the organization. */
  publicMetadata?: Readonly<Record<string, unknown>>;
  /** Metadata of the membership. */
  membershipMetadata?: Readonly<Record<string, unknown>>;
}

/** A membership with its defaults filled in. */
export type LocalClerkMembership = Required<LocalClerkMembershipInput>;

/** A user with the defaults filled in; what was not given is null. */
export interface LocalClerkUser {
  readonly id: string;
  readonly email: string | null;
  readonly password: string | null;
  readonly username: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly imageUrl: string;
  readonly publicMetadata: Readonly<Record<string, unknown>>;
  readonly unsafeMetadata: Readonly<Record<string, unknown>>;
  readonly organizations: readonly LocalClerkMembership[];
  /** In ms since 1970. */
  readonly createdAt: number;
}

/** Fills in the defaults of {@link LocalClerkUserInput}. */
export function createUser(input: LocalClerkUserInput): LocalClerkUser {
  return {
    id: input.id ?? randomId("user"),
    email: input.email ?? null,
    password: input.password ?? null,
    username: input.username ?? null,
    firstName: input.firstName ?? null,
    lastName: input.lastName ?? null,
    imageUrl: input.imageUrl ?? "",
    publicMetadata: input.publicMetadata ?? {},
    unsafeMetadata: input.unsafeMetadata ?? {},
    organizations: (input.organizations ?? []).map(createMembership),
    createdAt: Date.now(),
  };
}

function createMembership(input: LocalClerkMembershipInput): LocalClerkMembership {
  return {
    slug: input.id.replace(/^org_/, ""),
    role: "org:member",
    permissions: [],
    publicMetadata: {},
    membershipMetadata: {},
    ...input,
  };
}

/** First and last name, whichever there are; null without either, as in Clerk. */
export function fullName(user: LocalClerkUser): string | null {
  return [user.firstName, user.lastName].filter(Boolean).join(" ") || null;
}

/** The user's membership in an organization, or null if there is none. */
export function membershipOf(
  user: LocalClerkUser,
  organizationId: string | null,
): LocalClerkMembership | null {
  return user.organizations.find((membership) => membership.id === organizationId) ?? null;
}
