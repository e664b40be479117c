import { pattern } from "../declaring/rules";

/** Names of roles, users, policies and groups; 64 characters for roles and users, 128 for the others. */
export const nameOf = (max: 64 | 128) =>
    pattern(new RegExp(`^[A-Za-z0-9+=,.@_-]{1,${max}}$`), `must match [\\w+=,.@-] and be 1 to ${max} characters`);

/** `/` or `/one/two/`. */
export const path = pattern(/^\/([!-~]*\/)?$/, "must begin and end with a slash");
