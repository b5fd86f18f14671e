import type { Lambda, V4Value } from "./values";

/** A lambda in the wire format; what it uses from outside is bound around its body. */
export function lambdaText(
  { expression: { version, source }, captured }: Lambda,
  withVersion: boolean,
  valueText: (value: V4Value) => string,
): string {
  const body = JSON.stringify(source.expr);
  const bindings = captured.map(([name, value]) => `${JSON.stringify(name)}:${valueText(value)}`);
  const expr = bindings.length ? `{"let":{${bindings.join(",")}},"in":${body}}` : body;
  const tag = withVersion ? `"api_version":"${version}",` : "";
  return `{${tag}"lambda":${JSON.stringify(source.lambda)},"expr":${expr}}`;
}
