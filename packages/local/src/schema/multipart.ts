import type { LocalRequest } from "../http/exchange";

/** The files of a multipart form by the names of their fields. Any other body has none. */
export function readFiles({ headers, body }: LocalRequest): Map<string, string> {
  const type = headers["content-type"] ?? "";
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;]+))/.exec(type) ?? [];
  const boundary = quoted ?? plain;
  const files = new Map<string, string>();
  if (!type.startsWith("multipart/form-data") || boundary === undefined) return files;
  for (const part of body.split(`--${boundary}`)) {
    const [head = "", ...rest] = part.split("\r\n\r\n");
    const name = /name="([^"]*)"/.exec(head)?.[1];
    if (name !== undefined) files.set(name, rest.join("\r\n\r\n").replace(/\r\n$/, ""));
  }
  return files;
}
