import { useFocusHandover } from "./use-focus-handover";

interface MoreTodosProps {
  isLoading: boolean;
  more(): void;
}

export function MoreTodos({ isLoading, more }: MoreTodosProps) {
  const item = useFocusHandover();
  return (
    <li ref={item}>
      {/* Never disabled, or it would lose the focus: a page that is under way is not asked for again. */}
      <button type="button" onClick={more}>
        {isLoading ? "Loading…" : "More todos"}
      </button>
    </li>
  );
}
