import { index, route, type RouteConfig } from "@react-router/dev/routes";

export default [index("todos.tsx"), route("progress", "progress.tsx")] satisfies RouteConfig;
