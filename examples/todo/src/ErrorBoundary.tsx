import { Component, type ReactNode } from "react";
import { Failure } from "./Failure";

interface ErrorBoundaryProps {
  /** Called before its children are tried once more. */
  onReset(): void;
  children: ReactNode;
}

/** Shows what its children failed with, and tries them again on demand. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    const retry = (): void => {
      this.props.onReset();
      this.setState({ error: null });
    };
    return error ? <Failure error={error} retry={retry} /> : this.props.children;
  }
}
