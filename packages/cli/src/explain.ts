// The doctor explains a 401 in the same words as UnauthorizedError. This is the only import from outside the package;
// the build bundles it.
export {
  faunaAudiences,
  isRoot,
  judgeToken,
  refusal,
  type DecodedToken,
  type RefusalCode,
} from "../../../src/auth/unauthorized-reasons";
