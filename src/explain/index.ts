export { faunaAudiences, isRoot, judgeToken, type DecodedToken } from "./judge-token";
export { refusal, refusals, type RefusalCode } from "./refusals";
