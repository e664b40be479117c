import type * as pulumi from "@pulumi/pulumi";
import { Aurora, type AuroraArgs } from "./aurora";
import type { Database } from "./database";
import { RdsInstance, type RdsInstanceArgs } from "./rdsInstance";
import type { DatabaseKind } from "../engines";

/** Properties for a database of either kind; those that do not apply to its kind are ignored. */
export type AnyDatabaseArgs = AuroraArgs &
    RdsInstanceArgs & {
        /** @default "aurora" */
        readonly kind?: DatabaseKind | undefined;
    };

/** Creates an Aurora cluster or an RDS instance. */
export function makeDatabase(
    name: string,
    { kind = "aurora", ...args }: AnyDatabaseArgs,
    opts: pulumi.ComponentResourceOptions,
): Database & pulumi.ComponentResource {
    return kind === "aurora" ? new Aurora(name, args, opts) : new RdsInstance(name, args, opts);
}
