import { Writable } from "node:stream";

import type { ReactNode } from "react";
import { renderToPipeableStream } from "react-dom/server";
import { vi } from "vitest";

/** Runs `render` as on a server, which has no window. */
export async function onServer<T>(render: () => T | Promise<T>): Promise<T> {
  vi.stubGlobal("window", undefined);
  try {
    return await render();
  } finally {
    vi.unstubAllGlobals();
  }
}

/** The whole of a streamed page, and what React told about it. */
export function stream(tree: ReactNode): Promise<{ html: string; errors: unknown[] }> {
  return new Promise((resolve, reject) => {
    const errors: unknown[] = [];
    let html = "";
    const page = new Writable({
      write(chunk, _encoding, done) {
        html += String(chunk);
        done();
      },
      final(done) {
        resolve({ html, errors });
        done();
      },
    });
    const { pipe } = renderToPipeableStream(tree, {
      onAllReady: () => void pipe(page),
      onError: (error) => void errors.push(error),
      onShellError: reject,
    });
  });
}
