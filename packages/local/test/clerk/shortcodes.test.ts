import { describe, expect, test } from "vitest";
import { renderClaims, shortcodeScope } from "../../src/clerk/shortcodes";
import { createUser } from "../../src/clerk/users";

const maria = createUser({
  id: "user_maria",
  firstName: "Maria",
  email: "maria@example.test",
  publicMetadata: { plan: "pro", limits: { todos: 5 }, tags: ["a", "b"], beta: false },
  organizations: [{ id: "org_navy", name: "Navy", slug: "navy", role: "org:admin" }],
});

function render(claims: unknown, organizationId: string | null = null): unknown {
  return renderClaims(claims, shortcodeScope(maria, organizationId));
}

describe("a shortcode", () => {
  test.each([
    ["{{user.id}}", "user_maria"],
    ["{{user.primary_email_address}}", "maria@example.test"],
    ["{{user.first_name}}", "Maria"],
    ["{{user.full_name}}", "Maria"],
    ["{{user.email_verified}}", true],
    ["{{user.public_metadata.plan}}", "pro"],
    ["{{user.public_metadata.limits}}", { todos: 5 }],
    ["{{user.public_metadata.limits.todos}}", 5],
    ["{{user.public_metadata.tags}}", ["a", "b"]],
    ["{{user.organizations}}", { org_navy: "org:admin" }],
    ["{{ user.id }}", "user_maria"],
  ])("%s keeps the type of its value", (text, value) => {
    expect(render(text)).toEqual(value);
  });

  test.each(["{{user.last_name}}", "{{user.i_dont_exist}}", "{{user.public_metadata.a.b.c}}"])(
    "%s is null when there is nothing",
    (text) => {
      expect(render(text)).toBeNull();
    },
  );

  test("does not reach what objects inherit", () => {
    expect(render("{{user.constructor.name}}")).toBeNull();
  });

  test("of the organization is null without one", () => {
    expect(render("{{org.id}}")).toBeNull();
  });

  test("of the organization reads the active one", () => {
    expect(render({ id: "{{org.id}}", slug: "{{org.slug}}", role: "{{org.role}}" }, "org_navy")) //
      .toEqual({ id: "org_navy", slug: "navy", role: "org:admin" });
  });
});

describe("interpolation", () => {
  test("makes a string, with null for what is missing", () => {
    expect(render("{{user.last_name}} {{user.first_name}}")).toBe("null Maria");
  });

  test("reaches into arrays and objects", () => {
    expect(render({ list: ["{{user.id}}", 1, null], deep: { flag: true } })).toEqual({
      list: ["user_maria", 1, null],
      deep: { flag: true },
    });
  });
});

describe("a conditional expression", () => {
  test.each([
    ["{{user.last_name || 'Awesome || User'}}", "Awesome || User"],
    ["{{user.last_name || user.username || 30}}", 30],
    ["{{user.public_metadata.beta || true}}", true],
    ["{{user.first_name || 'unused'}}", "Maria"],
    ["{{user.last_name || user.public_metadata.beta}}", false],
  ])("%s takes the first operand that is neither null nor false, or the last", (text, value) => {
    expect(render(text)).toBe(value);
  });
});
