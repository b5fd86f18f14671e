// The doctor explains a 401 in the words of UnauthorizedError. The build bundles these words: this is the only import
// from outside the package.
export {
  faunaAudiences,
  isRoot,
  judgeToken,
  refusal,
  type DecodedToken,
  type RefusalCode,
} from "../../../src/auth/unauthorized-reasons";
