/**
 * Moves the focus off a todo that is about to go, or it would fall on the page: to the next one's checkbox, else to that
 * of the one before, else to the field for a new one, which stands before them all. Not to a delete button, which a key
 * that is held down would press.
 */
export function focusNeighbour(button: HTMLElement): void {
  const section = button.closest("section");
  // Not the todos of others: their checkboxes take no focus.
  const inputs = [...(section?.querySelectorAll<HTMLInputElement>("input:enabled") ?? [])];
  const own = inputs.findIndex((input) => button.closest("li")?.contains(input));
  (inputs[own + 1] ?? inputs[own - 1])?.focus();
}
