import { parseDbUser } from "./arn";
import { clip } from "./pattern";

/** Why an ARN is not a database user's, and how to correct it. */
export interface Impossible {
    readonly fault: string;
    readonly fix: string;
}

/**
 * What is wrong with an ARN under `rds-db:connect` that no database user can have: a database's name or a placeholder in
 * place of its resource id, another service's ARN. Undefined for one that a user may have.
 */
export function impossibleUser(arn: string): Impossible | undefined {
    const user = parseDbUser(arn);
    if (user === undefined) {
        const fault = /^arn:[^:]*:rds:/.test(arn)
            ? "which belongs to the service rds; database users belong to rds-db"
            : "which is not a database user";
        return { fault, fix: "write arn:<partition>:rds-db:<region>:<account>:dbuser:<resource id>/<user>" };
    }
    const { resourceId, region, account } = user;
    const kind = /^(cluster|db|prx)-[A-Za-z0-9]+$/.exec(resourceId)?.[1];
    if (
        kind === undefined ||
        (kind !== "prx" && resourceId !== `${kind}-${resourceId.slice(kind.length + 1).toUpperCase()}`)
    ) {
        return {
            fault: `in which ${clip(resourceId, 64)} is not a resource id, but perhaps the name of a database`,
            fix: `write the database's resource id instead of ${clip(resourceId, 64)} (Pulumi: clusterResourceId of a cluster, resourceId of an instance)`,
        };
    }
    if (!/^\d{12}$/.test(account)) {
        return {
            fault: `in which ${clip(account, 64)} is not an account id`,
            fix: "write the 12 digits of the database's account",
        };
    }
    if (partitionOf(region) !== user.partition) {
        return {
            fault: `in which ${clip(region, 64)} is not a region of ${clip(user.partition, 64)}`,
            fix: `write arn:${partitionOf(region)}:… or another region`,
        };
    }
    return Buffer.byteLength(user.user) > 63
        ? {
              fault: "whose user name exceeds the 63 bytes that Postgres keeps",
              fix: "write the user name as the database stores it",
          }
        : undefined;
}

/** The partition of a region (AWS general reference, "ARNs"); the region's prefix shows the isolated ones. */
function partitionOf(region: string): string {
    const [, kind] = /^(cn|us-gov|us-isob|us-isof|us-iso|eu-isoe|eusc)-/.exec(region) ?? [];
    const names: Readonly<Record<string, string>> = {
        cn: "aws-cn",
        "us-gov": "aws-us-gov",
        "us-iso": "aws-iso",
        "us-isob": "aws-iso-b",
        "eu-isoe": "aws-iso-e",
        "us-isof": "aws-iso-f",
        eusc: "aws-eusc",
    };
    return (kind === undefined ? undefined : names[kind]) ?? "aws";
}
