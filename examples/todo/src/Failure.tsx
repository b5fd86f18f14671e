export function Failure({ error, retry }: { error: Error | null; retry(): void }) {
  if (!error) return null;
  return (
    <div role="alert" className="failure">
      <p>{error.message}</p>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
