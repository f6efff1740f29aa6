import { call } from '../api.ts';

let paths: Promise<ReadonlySet<string>> | undefined;

/** The routes that the service has, such as `GET /api/v1/scans`. Its OpenAPI document is read once. */
export function serviceRoutes(): Promise<ReadonlySet<string>> {
  paths ??= call<{ paths: Record<string, object> }>('GET', '/api/openapi.json')
    .then(
      (document) =>
        new Set(
          Object.entries(document.paths).flatMap(([path, methods]) =>
            Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
          ),
        ),
    )
    .catch((error) => {
      paths = undefined;
      throw error;
    });
  return paths;
}
