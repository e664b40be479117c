/** A user of a database, in the form of `rds-db:connect` (RDS user guide, "Creating and using an IAM policy"). */
export interface DbUser {
    readonly arn: string;
    readonly partition: string;
    readonly region: string;
    /** The database's account. */
    readonly account: string;
    /** `cluster-…` for Aurora, `db-…` for an instance, `prx-…` for a proxy; never the database's name. */
    readonly resourceId: string;
    readonly user: string;
}

const pattern =
    /^arn:(?<partition>[^:]+):rds-db:(?<region>[^:]+):(?<account>[^:]+):dbuser:(?<resourceId>[^/]+)\/(?<user>.+)$/s;

/**
 * Parses the ARN of a database user; undefined for any other string. Accepts any content in the parts: an ARN that does
 * not exist is harmless under `rds-db:connect`, but one that exists must not be missed.
 */
export function parseDbUser(arn: string): DbUser | undefined {
    const parts = pattern.exec(arn)?.groups;
    return parts === undefined ? undefined : { arn, ...(parts as Omit<DbUser, "arn">) };
}

/** Formats the ARN of a database user. */
export function dbUserArn(parts: Omit<DbUser, "arn">): string {
    return `arn:${parts.partition}:rds-db:${parts.region}:${parts.account}:dbuser:${parts.resourceId}/${parts.user}`;
}

/** The account in an ARN. */
export function accountOf(arn: string): string | undefined {
    return /^arn:[^:]*:[^:]*:[^:]*:([^:]+):/.exec(arn)?.[1];
}
