/** Names the render that a queued job is for. */
export type RenderPayload = { readonly userId: string; readonly id: string };
export const renderKind = 'render';
