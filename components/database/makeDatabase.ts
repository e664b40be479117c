import type * as pulumi from "@pulumi/pulumi";
import { Aurora, type AuroraArgs } from "./aurora";
import type { Database } from "./database";
import { RdsInstance, type RdsInstanceArgs } from "./rdsInstance";
import type { DatabaseKind } from "../engines";

/** A database of either kind; what means nothing to its kind is passed over. */
export type AnyDatabaseArgs = AuroraArgs &
    RdsInstanceArgs & {
        /** @default "aurora" */
        readonly kind?: DatabaseKind | undefined;
    };

/** Makes an Aurora cluster or an RDS instance. */
export function makeDatabase(
    name: string,
    { kind = "aurora", ...args }: AnyDatabaseArgs,
    opts: pulumi.ComponentResourceOptions,
): Database & pulumi.ComponentResource {
    return kind === "aurora" ? new Aurora(name, args, opts) : new RdsInstance(name, args, opts);
}
