/** For `await using`, where the compiler's `lib` has it: without it the rest of the types holds all the same. */
export type AsyncDisposal = SymbolConstructor extends {
  readonly asyncDispose: infer Key extends symbol;
}
  ? { readonly [K in Key]: () => Promise<void> }
  : object;
