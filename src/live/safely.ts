/** Calls a listener. What it throws is reported by itself, and ends nothing. */
export function safely(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
