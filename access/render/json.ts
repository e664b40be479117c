import type { Report } from "./report";

/** A report as JSON, in one line. */
export function renderJson(report: Report): string {
    return JSON.stringify(report);
}
