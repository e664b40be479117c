import { accountOf, parseArn } from "../../toolkit/arn";

/**
 * The ARN that allows an identity to log in to one database as one user:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
 *
 * @param databaseArn ARN of the cluster or instance, which contains partition, region and account
 * @param resourceId `cluster-…` of an Aurora cluster, `db-…` of an instance, `prx-…` of a proxy
 * @throws when a part is invalid, so that the ARN cannot match any other database or user
 */
export function connectArn(databaseArn: string, resourceId: string, dbUser: string): string {
    const { partition = "", service, region, account } = parseArn(databaseArn) ?? {};
    if (service !== "rds" || ![partition, region, account].every((part) => /^[a-z0-9-]+$/.test(part ?? ""))) {
        throw new Error(
            `${JSON.stringify(databaseArn)} is not the ARN of a database: allowed is arn:PARTITION:rds:REGION:ACCOUNT:…`,
        );
    }
    if (!/^(cluster|db|prx)-[A-Za-z0-9]+$/.test(resourceId)) {
        throw new Error(
            `${JSON.stringify(resourceId)} is not a database's resource id: allowed is cluster-…, db-… or prx-…`,
        );
    }
    if (!/^[A-Za-z0-9_-]+$/.test(dbUser)) {
        throw new Error(`${JSON.stringify(dbUser)} is not one database user: allowed are letters, digits, _ and -`);
    }
    return `arn:${partition}:rds-db:${region}:${account}:dbuser:${resourceId}/${dbUser}`;
}

/** The name at the end of an ARN, for example an EKS cluster's, `arn:…:cluster/NAME`. */
export function nameIn(arn: string): string {
    return arn.slice(arn.lastIndexOf("/") + 1);
}

/**
 * The database's ARN, if the role can use it: IAM does not allow principals of other accounts to connect to a database
 * (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html).
 *
 * @throws when role and database are in different accounts
 */
export function withinAccount(roleArn: string, databaseArn: string): string {
    if (accountOf(roleArn) !== accountOf(databaseArn)) {
        throw new Error(
            `role ${roleArn} is in another account than database ${databaseArn}, and would not be let in: name a role of the database's account, and reach that account by platform.databaseAccount or access.databaseRole`,
        );
    }
    return databaseArn;
}
