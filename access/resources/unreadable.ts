/** A document that is none of the known kinds, is not complete, or has entries without a type; the message lists every one. */
export class UnreadableResources extends Error {}
