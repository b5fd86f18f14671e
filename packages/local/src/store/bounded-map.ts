/** So many entries are remembered. */
const LIMIT = 20_000;

/** A map that forgets its oldest entries when there are too many. */
export class BoundedMap<V> extends Map<string, V> {
  override set(key: string, value: V): this {
    super.set(key, value);
    if (this.size > LIMIT) this.delete(this.keys().next().value!);
    return this;
  }
}
