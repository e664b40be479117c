import { guards, restriction } from "../../toolkit/guardedSession";
import type { BeginWith } from "../tenancy/sessionSettings";
import type { ProfileEntry } from "./entries";

/**
 * Session settings of a login that reads other roles' objects: a view, a foreign table and a policy run their owners'
 * functions with the reader's rights. A login that acts as a tenant's owner runs that tenant's, and needs its views.
 */
export function beginWith(profiles: readonly ProfileEntry[]): BeginWith {
    if (profiles.some(({ actsAs }) => actsAs !== undefined)) {
        return {};
    }
    const may = new Set(profiles.flatMap(({ grants }) => grants.flatMap(({ mayRun = [] }) => mayRun)));
    return {
        [restriction.name]: may.has("views") ? "foreign-table" : restriction.value,
        ...(may.has("policies") ? {} : { row_security: guards.row_security }),
    };
}
