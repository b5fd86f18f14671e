export { faunaAudiences, judgeToken, type DecodedToken } from "./judge-token";
export { refusal, refusals, type RefusalCode } from "./refusals";
