/** A document of unknown kind, incomplete, or with entries without a type; the message lists every one. */
export class UnreadableResources extends Error {}
