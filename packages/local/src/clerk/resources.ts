import type { Client, Session } from "./sessions";
import { fullName, type LocalClerkMembership, type LocalClerkUser } from "./users";

/** An object of Clerk's Frontend API. */
export type Resource = Record<string, unknown>;

export function clientResource(client: Client, sessions: readonly Resource[]): Resource {
  return {
    object: "client",
    id: client.id,
    sessions,
    sign_in: null,
    sign_up: null,
    last_active_session_id: client.lastActiveSessionId,
    created_at: client.createdAt,
    updated_at: Date.now(),
  };
}

const WEEK = 7 * 24 * 60 * 60 * 1000;

/** The React SDKs take a session without its token for an invalid state. */
export function sessionResource(session: Session, lastActiveToken: Resource): Resource {
  return {
    object: "session",
    id: session.id,
    status: session.status,
    expire_at: session.createdAt + WEEK,
    abandon_at: session.createdAt + 4 * WEEK,
    last_active_at: session.lastActiveAt,
    last_active_organization_id: session.organizationId,
    last_active_token: lastActiveToken,
    actor: null,
    tasks: null,
    factor_verification_age: [0, -1],
    user: userResource(session.user),
    public_user_data: publicUserData(session.user),
    created_at: session.createdAt,
    updated_at: session.lastActiveAt,
  };
}

function userResource(user: LocalClerkUser): Resource {
  return {
    object: "user",
    ...publicUserData(user),
    id: user.id,
    username: user.username,
    full_name: fullName(user),
    password_enabled: user.password !== null,
    email_addresses: user.email === null ? [] : [emailResource(user.id, user.email)],
    primary_email_address_id: user.email === null ? null : emailId(user.id),
    phone_numbers: [],
    web3_wallets: [],
    external_accounts: [],
    organization_memberships: user.organizations.map((one) => membershipResource(user, one)),
    public_metadata: user.publicMetadata,
    unsafe_metadata: user.unsafeMetadata,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  };
}

function publicUserData(user: LocalClerkUser): Resource {
  return {
    first_name: user.firstName,
    last_name: user.lastName,
    image_url: user.imageUrl,
    has_image: user.imageUrl !== "",
    identifier: user.email ?? user.username ?? user.id,
    user_id: user.id,
  };
}

function emailId(userId: string): string {
  return `idn_${userId}`;
}

function emailResource(userId: string, email: string): Resource {
  return {
    object: "email_address",
    id: emailId(userId),
    email_address: email,
    verification: { status: "verified", strategy: "admin", attempts: null, expire_at: null },
    linked_to: [],
  };
}

export function membershipResource(
  user: LocalClerkUser,
  membership: LocalClerkMembership,
): Resource {
  const { id, name, slug, role, permissions, publicMetadata, membershipMetadata } = membership;
  const times = { created_at: user.createdAt, updated_at: user.createdAt };
  return {
    object: "organization_membership",
    id: `orgmem_${user.id}_${id}`,
    role,
    role_name: role.replace(/^org:/, ""),
    permissions,
    public_metadata: membershipMetadata,
    public_user_data: publicUserData(user),
    organization: {
      object: "organization",
      id,
      name,
      slug,
      image_url: "",
      has_image: false,
      public_metadata: publicMetadata,
      ...times,
    },
    ...times,
  };
}
