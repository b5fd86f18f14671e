import type {
  Absence,
  BytesValue,
  DateValue,
  NumberValue,
  TimeValue,
  UuidValue,
} from "../fql/values/value";

/** How answers refer to a document. */
export interface PlainReference {
  readonly key: { readonly id: string } | { readonly name: string };
  readonly collection: string;
}

/** A value of which everything has been read: documents are their fields, sets their first page. */
export type Plain =
  | null
  | boolean
  | string
  | NumberValue
  | TimeValue
  | DateValue
  | BytesValue
  | UuidValue
  | { readonly kind: "array"; readonly items: readonly Plain[] }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Plain> }
  | { readonly kind: "set"; readonly fields: ReadonlyMap<string, Plain> }
  /** A set inside of a document that is shown nowhere else. */
  | { readonly kind: "set"; readonly token: string }
  | { readonly kind: "doc"; readonly fields: ReadonlyMap<string, Plain> }
  | { readonly kind: "ref"; readonly to: PlainReference; readonly absence?: Absence }
  | { readonly kind: "module"; readonly name: string }
  /** A function by its name; null for one without. */
  | { readonly kind: "function"; readonly name: string | null }
  | { readonly kind: "stream"; readonly token: string };
