import { useLayoutEffect, useRef, type RefObject } from "react";

/**
 * When the todo of this ref leaves the list, whoever has deleted it, its focus moves to the next one's checkbox, else to
 * that of the one before, else to the field for a new one; otherwise it would fall on the page. Not to a delete button,
 * which a key that is held down would press.
 */
export function useFocusHandover(): RefObject<HTMLLIElement | null> {
  const ref = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    const item = ref.current;
    return () => {
      if (item?.contains(document.activeElement)) focusNeighbour(item);
    };
  }, []);
  return ref;
}

function focusNeighbour(item: HTMLElement): void {
  // The field for a new one stands before all todos. Those of others have a checkbox that takes no focus.
  const section = item.closest("section");
  const inputs = [...(section?.querySelectorAll<HTMLInputElement>("input:enabled") ?? [])];
  const own = inputs.findIndex((input) => item.contains(input));
  (inputs[own + 1] ?? inputs[own - 1])?.focus();
}
