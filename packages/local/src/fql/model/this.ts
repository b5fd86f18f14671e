/** The name that `.field` lambdas bind their argument to; no text can say it. */
export const THIS = "<this>";
