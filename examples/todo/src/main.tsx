import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { loadLocalClerk } from "./local-clerk";
import { Providers } from "./Providers";
import { watchRequests } from "./request-log";
import { faunaEndpoint } from "./settings";
import "./styles.css";

watchRequests(faunaEndpoint);
const clerk = await loadLocalClerk();

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Providers clerk={clerk}>
      <App />
    </Providers>
  </StrictMode>,
);
