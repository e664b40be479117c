/** One user of one database, as `rds-db:connect` names it (RDS user guide, "Creating and using an IAM policy"). */
export interface DbUser {
    readonly arn: string;
    readonly partition: string;
    readonly region: string;
    /** The database's account. */
    readonly account: string;
    /** `cluster-…` for Aurora, `db-…` for an instance, `prx-…` for a proxy; never the name that people gave it. */
    readonly resourceId: string;
    readonly user: string;
}

const pattern = /^arn:(?<partition>[^:]+):rds-db:(?<region>[^:]+):(?<account>[^:]+):dbuser:(?<resourceId>[^/]+)\/(?<user>.+)$/s;

/**
 * Reads the ARN of a database user; undefined for any other text. Generous in what the parts hold, because what is no
 * such ARN is harmless under `rds-db:connect`, and what is one must not be missed.
 */
export function parseDbUser(arn: string): DbUser | undefined {
    const parts = pattern.exec(arn)?.groups;
    return parts === undefined ? undefined : { arn, ...(parts as Omit<DbUser, "arn">) };
}

/** Writes the ARN of a database user. */
export function dbUserArn(parts: Omit<DbUser, "arn">): string {
    return `arn:${parts.partition}:rds-db:${parts.region}:${parts.account}:dbuser:${parts.resourceId}/${parts.user}`;
}
