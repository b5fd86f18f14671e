export { decodeSimple, decodeTagged, InvalidValue, type Resolver } from "./decode";
export { encode, encodeDecorated, encodeSimple, encodeTagged } from "./encode";
export { materialize } from "./materialize";
export type { Plain } from "./plain";
export { InvalidTemplate, PLACEHOLDER, writeTemplate } from "./template";
