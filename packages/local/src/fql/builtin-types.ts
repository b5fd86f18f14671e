const TYPES = new Set(
  "Any Never Null Boolean String Number Int Long Double Time Date Bytes ID Array Set Object Ref Page EventSource SetCursor TransactionTime UUID Doc NamedDoc NullDoc EmptyDoc".split(
    " ",
  ),
);

/** Whether a type by this name exists in every database. */
export function isBuiltinType(name: string): boolean {
  return TYPES.has(name);
}
