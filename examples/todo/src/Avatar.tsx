/** A person's initials; the name itself stands beside it. */
export function Avatar({ name }: { name: string }) {
  const initials = name.split(" ").map((word) => word[0]);
  return (
    <span className="avatar" data-letter={initials[0]} aria-hidden="true">
      {initials}
    </span>
  );
}
