import { copyable } from "../toolkit/copyable";
import { type Shown, inLines, shown } from "../toolkit/shown";
import type { Finding } from "./finding";

/** A difference, and below it the SQL that fixes it. */
export function renderFinding({ kind, message, sql }: Finding): Shown {
    return inLines([`${kind}: ${message}`, ...sql.map((statement) => shown`    ${copyable(statement)}`)]);
}
