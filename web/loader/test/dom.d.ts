// As much of happy-dom as the tests use; its own types would bring those of Node into all scripts.
export const Window: new (options: { url: string; settings: object }) => typeof globalThis & globalThis.Window;
