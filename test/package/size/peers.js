// What an app without this library loads for the same: see .size-limit.js.
export { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
export { Client, fql } from "fauna";
export { useEffect, useState } from "react";
export { jsx } from "react/jsx-runtime";
