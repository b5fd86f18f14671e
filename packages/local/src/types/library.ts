// What the standard library has, by the type that has it, in the server's notation. `a?` may be left out, and a name may
// have several signatures. The checker (`library-environment.ts`) and the evaluator (`fql/stdlib`, whose functions are
// named after these lines and get their arguments by them) both read this table.
//
// Some types of parameters say more than the checker knows: `Int` and `Long` are numbers to it; `Object<A>` is an object
// or a document, `Struct` an object only, and `AnyObject` either, of which nothing is known; `Doc` is a document, `Data`
// what is written to one; `Range` limits a set; `Shown` is a text, or when it runs whatever can be shown as one;
// `Predicate<A>` is a function from A to a Boolean or null, `Ordering<A>` a function from A, or `asc` or `desc` of one.
// `Document` is the document at hand. `pred` in `predicate/pred` is what the server calls a function that takes the wrong
// number of arguments.

/** Fields and methods of values. */
export const TYPES = {
  Null: `
    toString() => String
    [key: Any] => Never`,
  Boolean: "toString() => String",
  Number: "toString() => String",
  Int: "toString() => String",
  Long: "toString() => String",
  Double: "toString() => String",
  Float: "toString() => String",
  ID: "toString() => String",
  UUID: "toString() => String",
  SetCursor: "toString() => String",
  TransactionTime: "toString() => String",
  Bytes: `
    toBase64() => String
    toString() => String`,
  String: `
    length: Number
    at(index: Int) => String
    casefold(format?: String) => String
    concat(other: String) => String
    endsWith(suffix: String) => Boolean
    includes(pattern: String) => Boolean
    includesRegex(regex: String) => Boolean
    indexOf(pattern: String, start?: Int) => Int | Null
    indexOfRegex(regex: String, start?: Int) => Int | Null
    insert(index: Int, other: String) => String
    lastIndexOf(pattern: String, end?: Int) => Int | Null
    matchIndexes(regex: String) => Array<[Number, String]>
    matches(regex: String) => Array<String>
    parseDouble() => Double | Null
    parseInt(radix?: Int) => Int | Null
    parseLong(radix?: Int) => Long | Null
    parseNumber() => Number | Null
    replace(pattern: String, replacement: String, amount?: Int) => String
    replaceAll(pattern: String, replacement: String) => String
    replaceAllRegex(pattern: String, replacement: String) => String
    replaceRegex(regex: String, replacement: String, amount?: Int) => String
    slice(start: Int, end?: Int) => String
    split(separator: String) => Array<String>
    splitAt(index: Int) => [String, String]
    splitRegex(regex: String) => Array<String>
    startsWith(prefix: String) => Boolean
    toLowerCase() => String
    toString() => String
    toUpperCase() => String
    [index: Int] => String`,
  Time: `
    dayOfMonth: Int
    dayOfWeek: Int
    dayOfYear: Int
    hour: Int
    minute: Int
    month: Int
    second: Int
    year: Int
    add(amount: Number, unit: String) => Time
    difference(start: Time, unit: String) => Number
    subtract(amount: Number, unit: String) => Time
    toMicros() => Number
    toMillis() => Number
    toSeconds() => Number
    toString() => String`,
  Date: `
    dayOfMonth: Int
    dayOfWeek: Int
    dayOfYear: Int
    month: Int
    year: Int
    add(amount: Number, unit: String) => Date
    difference(start: Date) => Long
    subtract(amount: Number, unit: String) => Date
    toString() => String`,
  "Array<A>": `
    length: Number
    aggregate(seed: A, combiner: (A, A) => A) => A
    any(predicate: Predicate<A>) => Boolean
    append(element: A) => Array<A>
    at(index: Int) => A
    concat(other: Array<B>) => Array<A | B>
    distinct() => Array<A>
    drop(amount: Int) => Array<A>
    entries() => Array<[Number, A]>
    every(predicate: Predicate<A>) => Boolean
    filter(predicate: Predicate<A>) => Array<A>
    first() => A | Null
    firstWhere(predicate/pred: Predicate<A>) => A | Null
    flatMap(mapper: A => Array<B>) => Array<B>
    flatten() => Array<Any>
    fold(seed: B, reducer: (B, A) => B) => B
    foldRight(seed: B, reducer: (B, A) => B) => B
    forEach(callback/fn: A => Any) => Null
    includes(element: A) => Boolean
    indexOf(element: A, start?: Int) => Int | Null
    indexWhere(predicate: Predicate<A>, start?: Int) => Int | Null
    isEmpty() => Boolean
    last() => A | Null
    lastIndexOf(element: A, end?: Int) => Int | Null
    lastIndexWhere(predicate: Predicate<A>, end?: Int) => Int | Null
    lastWhere(predicate/pred: Predicate<A>) => A | Null
    map(mapper: A => B) => Array<B>
    nonEmpty() => Boolean
    order(ordering: ...Ordering<A>) => Array<A>
    prepend(element: A) => Array<A>
    reduce(reducer: (A, A) => A) => A | Null
    reduceRight(reducer: (A, A) => A) => A | Null
    reverse() => Array<A>
    slice(from: Int, until?: Int) => Array<A>
    take(limit: Int) => Array<A>
    toSet() => Set<A>
    toString() => String
    where(predicate/pred: Predicate<A>) => Array<A>
    [index: Int] => A`,
  "Set<A>": `
    aggregate(seed: A, combiner: (A, A) => A) => A
    any(predicate: Predicate<A>) => Boolean
    changesOn(fields: ...A => Any) => EventSource<A>
    concat(other: Set<B>) => Set<A | B>
    count() => Number
    distinct() => Set<A>
    drop(amount: Int) => Set<A>
    eventSource() => EventSource<A>
    eventsOn(fields: ...A => Any) => EventSource<A>
    every(predicate: Predicate<A>) => Boolean
    first() => A | Null
    firstWhere(predicate/pred: Predicate<A>) => A | Null
    flatMap(mapper: A => Set<B>) => Set<B>
    fold(seed: B, reducer: (B, A) => B) => B
    foldRight(seed: B, reducer: (B, A) => B) => B
    forEach(callback/func: A => Any) => Null
    includes(element: A) => Boolean
    isEmpty() => Boolean
    last() => A | Null
    lastWhere(predicate/pred: Predicate<A>) => A | Null
    map(mapper: A => B) => Set<B>
    nonEmpty() => Boolean
    order(ordering: ...Ordering<A>) => Set<A>
    pageSize(size: Int) => Set<A>
    paginate(size?: Int) => { data: Array<A>, after: String | Null }
    reduce(reducer: (A, A) => A) => A | Null
    reduceRight(reducer: (A, A) => A) => A | Null
    reverse() => Set<A>
    take(limit: Int) => Set<A>
    toArray() => Array<A>
    toSet() => Set<A>
    toStream() => EventSource<A>
    toString() => String
    where(predicate/pred: Predicate<A>) => Set<A>`,
  "EventSource<A>": `
    map(mapper: A => B) => EventSource<B>
    toString() => String
    where(predicate: Predicate<A>) => EventSource<A>`,
  "UserFunction<A>": `
    definition: FunctionDef
    toString() => String`,
} as const;

/** Functions and constants of modules; calls of a module itself have no name. */
export const MODULES = {
  Array: "sequence(from: Int, until: Int) => Array<Number>",
  Boolean: "",
  Bytes: `
    (encoded: String) => Bytes
    fromBase64(encoded: String) => Bytes`,
  Date: `
    (date: String) => Date
    fromString(date: String) => Date
    today() => Date`,
  Doc: "",
  Double: "",
  EventSource: "",
  FQL: "",
  Float: "",
  ID: `
    (id: String) => ID
    (id: Number) => ID`,
  Int: "",
  Long: "",
  Math: `
    E: Number
    Infinity: Number
    NaN: Number
    PI: Number
    abs(x: Number) => Number
    acos(x: Number) => Number
    asin(x: Number) => Number
    atan(x: Number) => Number
    ceil(x: Number) => Number
    cos(x: Number) => Number
    cosh(x: Number) => Number
    degrees(x: Number) => Number
    exp(x: Number) => Number
    floor(x: Number) => Number
    hypot(x: Number, y: Number) => Number
    log(x: Number) => Number
    log10(x: Number) => Number
    max(x: Number, y: Number) => Number
    mean(numbers: Array<Number>) => Number
    mean(numbers: Set<Number>) => Number
    min(x: Number, y: Number) => Number
    pow(x: Number, power: Number) => Number
    radians(x: Number) => Number
    round(x: Number, precision: Int) => Number
    sign(x: Number) => Int
    sin(x: Number) => Number
    sinh(x: Number) => Number
    sqrt(x: Number) => Number
    sum(numbers: Array<Number>) => Number
    sum(numbers: Set<Number>) => Number
    tan(x: Number) => Number
    tanh(x: Number) => Number
    trunc(x: Number, precision: Int) => Number`,
  Null: "",
  Number: "",
  Object: `
    assign(destination: Object<A>, source: Object<B>) => { *: A | B }
    entries(object: Object<A>) => Array<[String, A]>
    fromEntries(entries: Array<[String, A]>) => { *: A }
    hasPath(object: Struct, path: Array<String>) => Boolean
    keys(object: AnyObject) => Array<String>
    select(object: Struct, path: Array<String>) => Any
    toString(object: Any) => String
    values(object: Object<A>) => Array<A>`,
  Query: `
    identity() => { *: Any } | Null
    isEnvProtected() => Boolean
    isEnvTypechecked() => Boolean
    token() => { *: Any } | { *: Any } | Null`,
  Set: `
    paginate(cursor: String | SetCursor, size?: Int) => { data: Array<Any>, after: String | Null }
    sequence(from: Int, until: Int) => Set<Number>
    single(element: A) => Set<A>`,
  SetCursor: "",
  String: "",
  Struct: "",
  Time: `
    (time: String) => Time
    epoch(offset: Number, unit: String) => Time
    fromString(time: String) => Time
    now() => Time`,
  TransactionTime: "() => TransactionTime",
  UUID: "",
} as const;

/** Functions that belong to nothing. */
export const FUNCTIONS = `
  abort(return: Any) => Never
  asc(accessor: A => Any) => { asc: A => Any }
  dbg(value: A) => A
  desc(accessor: A => Any) => { desc: A => Any }
  log(args: ...Any) => Null
  newId() => ID`;

/** Operators as functions of their operands. */
export const OPERATORS = `
  == (Any, other: Any) => Boolean
  != (Any, other: Any) => Boolean
  > (Any, other: Any) => Boolean
  < (Any, other: Any) => Boolean
  >= (Any, other: Any) => Boolean
  <= (Any, other: Any) => Boolean
  + (Number, other: Number) => Number
  + (String, other: Shown) => String
  - (Number, other: Number) => Number
  - (Number) => Number
  * (Number, other: Number) => Number
  / (Number, other: Number) => Number
  % (Number, other: Number) => Number
  ** (Number, exponent: Number) => Number
  & (Number, other: Number) => Number
  | (Number, other: Number) => Number
  ^ (Number, other: Number) => Number
  ~ (Number) => Number
  ! (Boolean) => Boolean`;

/** What all collections have, those whose documents have ids, those whose documents have names, and the user's. */
export const COLLECTION = `
  all(range?: Range) => Set<Document>
  create(data: Data) => Document
  firstWhere(pred: Document => Boolean) => Document | Null
  toString() => String
  where(pred: Document => Boolean) => Set<Document>`;
export const BY_ID = `
  byId(id: ID) => Ref<Document>
  (id: ID) => Ref<Document>`;
export const BY_NAME = "byName(name: String) => NamedRef<Document>";
export const USER_COLLECTION = `
  createData(data: Data) => Document
  definition: CollectionDef`;

/** What all documents have, and the user's. */
export const DOCUMENT = `
  delete() => NullDocument
  exists() => true
  replace(data: Data) => Document
  update(data: Data) => Document`;
export const USER_DOCUMENT = `
  replaceData(data: Data) => Document
  updateData(data: Data) => Document`;

/** What collections of the system have of their own, and documents of one. */
export const COLLECTION_MEMBERS = `
  Deleted: DeletedCollection
  (collection: String) => Any`;
export const FUNCTION_MEMBERS = "(function: String) => Any";
export const TOKEN_MEMBERS = "byDocument(document: Doc) => Set<Token>";
export const CREDENTIAL_MEMBERS = "byDocument(document: Doc | Null) => Ref<Credential>";
export const CREDENTIAL_METHODS = `
  login(secret: String, ttl?: Time) => Token
  verify(secret: String) => Boolean`;
