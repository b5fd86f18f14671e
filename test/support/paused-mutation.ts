/** The state of a mutation that waits for the network, as a persister brings it back. */
export const pausedMutation = {
  context: undefined,
  data: undefined,
  error: null,
  failureCount: 0,
  failureReason: null,
  isPaused: true,
  status: "pending",
  variables: "x",
  submittedAt: 1,
} as const;
