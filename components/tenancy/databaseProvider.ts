import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import { PROVISIONER } from "../../toolkit/serverNames";

export interface DatabaseProviderArgs {
    /** The database's own host name: the token is signed for it and the certificate names it. */
    readonly host: pulumi.Input<string>;
    readonly port: pulumi.Input<number>;
    /** Name of the database to connect to. */
    readonly database: pulumi.Input<string>;
    readonly region: pulumi.Input<string>;
    /**
     * ARN of the role to assume for the token, where the database is in a different account than the program's
     * credentials.
     * @default - none
     */
    readonly role?: string | undefined;
    /**
     * The AWS profile whose credentials sign the token, or assume the role.
     * @default - the environment's credentials
     */
    readonly profile?: string | undefined;
    readonly engineVersion: pulumi.Input<string>;
    /** Path of the file that holds the certificate authorities to trust. */
    readonly caBundle: string;
}

/** A provider that signs in as the provisioner with an IAM token, over TLS with full verification. */
export function databaseProvider(
    name: string,
    args: DatabaseProviderArgs,
    opts?: pulumi.ResourceOptions,
): postgresql.Provider {
    return new postgresql.Provider(
        name,
        {
            host: args.host,
            port: args.port,
            database: args.database,
            username: PROVISIONER,
            awsRdsIamAuth: true,
            awsRdsIamRegion: args.region,
            awsRdsIamProviderRoleArn: args.role,
            awsRdsIamProfile: args.profile,
            sslmode: "verify-full",
            sslrootcert: args.caBundle,
            // RDS's master is not a superuser, nor is the provisioner.
            superuser: false,
            expectedVersion: args.engineVersion,
            // Seconds; the default, 180, makes a wrong address look like a hang.
            connectTimeout: 15,
        },
        opts,
    );
}
