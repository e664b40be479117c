import { join } from "node:path";
import { readStackFile } from "../../../toolkit/system/stackFile";

/** Deployed stacks from which single keys are changed: `NAME.yaml`, in groups that share a sandbox, in the order of their deployment. */
export const sandboxes = [
    ["full"],
    ["least"],
    ["shared", "access"],
    ["server", "instance", "served", "sharing"],
    ["serverless", "capacity"],
    ["aurora"],
    ["account", "away"],
    ["mysql", "mysql-access"],
    ["existing", "issuer", "within", "resident"],
    ["tickets", "orders", "billing"],
] as const;

export type Base = (typeof sandboxes)[number][number];

/** The file with a base's config. */
export function fileOf(base: Base): string {
    return join(__dirname, `${base}.yaml`);
}

/** A base's config, by full key. */
export function configOf(base: Base): Readonly<Record<string, unknown>> {
    return readStackFile(fileOf(base));
}
