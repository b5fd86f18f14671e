export { AUDIENCE_PREFIX, faunaAudiences, judgeToken } from "./judge-token";
export type { DecodedToken, Judgement } from "./judge-token";
export { refusal, refusals } from "./refusals";
export type { Refusal, RefusalCode } from "./refusals";
