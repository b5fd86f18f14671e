import { afterAll, vi } from "vitest";

// Files share workers. Vitest ends what a file is still loading on demand, and the files after it could not load that.
afterAll(() => vi.dynamicImportSettled());
