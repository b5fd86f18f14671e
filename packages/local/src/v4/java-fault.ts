/** A fault of Java's own, which the server lets through as it is. */
export class JavaFault extends Error {
  override readonly name = "JavaFault";

  get description(): string {
    return `${this.message} Please create a ticket at https://support.fauna.com`;
  }
}
