import type { Write } from "./actions";

/** The FQL of a write to a collection. */
export function writeQuery(name: string, users: readonly [string, string], write: Write): string {
  if (write.do === "delete") return `${name}.byId("${write.id}")?.delete()`;
  if (write.do === "burst") {
    const data = `owner: "${users[write.owner]}", shared: false, done: ${write.done}, n: n`;
    return `Set.sequence(0, ${write.count}).forEach(n => ${name}.create({ ${data} }))`;
  }
  const data = documentOf(users, write);
  return `let doc = ${name}.byId("${write.id}")
    if (doc.exists()) doc!.replace(${JSON.stringify(data)})
    else ${name}.create(${JSON.stringify({ id: String(write.id), ...data })})`;
}

function documentOf(
  users: readonly [string, string],
  { id, owner, shared, fields }: Extract<Write, { do: "put" }>,
): object {
  if (isPrivateId(id)) return { ...fields, owner: users[id % 2], shared: false };
  if (isWanderingId(id)) return { n: fields.n, done: false, owner: users[owner], shared };
  return { ...fields, owner: users[owner], shared: true };
}

/** Some documents are one user's for ever, so that nobody else may ever see them, and most others everybody's. */
export const isPrivateId = (id: number): boolean => id <= 12 && id % 3 === 0;

/**
 * The rest change sides, and so come and go for a user by what others write. Those never leave a query's filter too:
 * Fauna judges the right to an event by the document as it is when it tells of it, and so tells those who come late of a
 * version that they could not read, but not of its leaving the filter.
 */
const isWanderingId = (id: number): boolean => id <= 12 && id % 3 === 1;
