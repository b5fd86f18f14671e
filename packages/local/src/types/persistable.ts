import type { Diagnostic, Remark } from "../fql/summary";
import type { Environment } from "./environment";
import { typeError } from "./failures";
import { show } from "./show";
import type { Inference } from "./infer";
import { partsOf, type Type } from "./type";

type NamedType = Extract<Type, { kind: "named" }>;

/** Why values of a type cannot be stored: one mistake for each of its parts that cannot. */
export class Persistability {
  readonly #environment: Environment;

  constructor(readonly inference: Inference) {
    this.#environment = inference.environment;
  }

  of(type: Type): Diagnostic[] {
    switch (type.kind) {
      case "any":
      case "literal":
        return [];
      case "record":
      case "tuple":
        return partsOf(type).flatMap((part) => this.of(part));
      case "named":
        return this.#named(type);
      case "union":
        return this.#union(type.members);
      default:
        return [this.#mistake(type)];
    }
  }

  #mistake(type: Type, remarks: readonly Remark[] = []): Diagnostic {
    const shown = show(this.inference, type, true);
    return typeError(`Type ${shown} is not persistable`, type.span, remarks);
  }

  #named(type: NamedType): Diagnostic[] {
    if (type.name === "Ref") return [];
    const shape = this.#environment.shape(type.name);
    if (shape?.persistable) return type.args.flatMap((arg) => this.of(arg));
    return [
      shape?.document ? this.#reference(type, shape.document.collection) : this.#mistake(type),
    ];
  }

  #reference(type: Type, collection: string): Diagnostic {
    return this.#mistake(type, [
      {
        label: "hint",
        message: `Use Ref<${collection}> as the type of a reference to a ${collection} document`,
        span: type.span,
        insert: `Ref<${collection}>`,
      },
    ]);
  }

  /** A document is stored as a reference, which may be to nothing: its type stands beside that of a missing one. */
  #union(members: readonly Type[]): Diagnostic[] {
    const missing = new Map<string, Type>();
    const present = new Map<string, Type>();
    const others: Type[] = [];
    for (const member of members) {
      const found = this.#documentOf(member);
      if (!found) others.push(member);
      else (found.exists ? present : missing).set(found.collection, member);
    }
    const alone = (own: ReadonlyMap<string, Type>, partners: ReadonlyMap<string, Type>) =>
      [...own].filter(([name]) => !partners.has(name));
    return [
      ...others.flatMap((other) => this.of(other)),
      ...[...alone(present, missing), ...alone(missing, present)].map(([name, type]) =>
        this.#reference(type, name),
      ),
    ];
  }

  #documentOf(type: Type): { readonly collection: string; readonly exists: boolean } | undefined {
    if (type.kind !== "named") return undefined;
    const [to] = type.args;
    if (type.name === "EmptyRef" && to?.kind === "named")
      return { collection: to.name, exists: false };
    return this.#environment.shape(type.name)?.document;
  }
}
