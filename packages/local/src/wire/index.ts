export { decodeSimple, decodeTagged, InvalidValue, type Resolver } from "./decode";
export { encodeSimple, encodeTagged } from "./encode";
export { encodable } from "./encodable";
export { materialize } from "./materialize";
export type { Plain } from "./plain";
export { InvalidTemplate, writeTemplate } from "./template";
