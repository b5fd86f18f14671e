import { useLayoutEffect, useRef, type RefObject } from "react";

/**
 * When the item of this ref leaves the list, whatever the reason, its focus moves to the checkbox of the todo that stands
 * in its place then, else to that of the one before, else to the field for a new one; otherwise it would fall on the
 * page. Not to a delete button, which a key that is held down would press.
 */
export function useFocusHandover(): RefObject<HTMLLIElement | null> {
  const ref = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    const item = ref.current;
    return () => {
      if (item?.contains(document.activeElement)) handOver(item);
    };
  }, []);
  return ref;
}

function handOver({ parentElement: list, previousElementSibling: before }: HTMLElement): void {
  // React adds what takes its place after this, in the same turn.
  queueMicrotask(() => {
    const place = before ? before.nextElementSibling : list?.firstElementChild;
    // The field for a new one stands before all todos. Those of others have a checkbox that takes no focus.
    const section = list?.closest("section");
    const inputs = [...(section?.querySelectorAll<HTMLInputElement>("input:enabled") ?? [])];
    const next = inputs.find((input) => place && follows(place, input));
    (next ?? inputs.at(-1))?.focus();
  });
}

/** What is inside follows, too. */
const follows = (place: Element, input: Element): boolean =>
  (place.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
