import * as mysql from "@pulumi/mysql";
import * as pulumi from "@pulumi/pulumi";
import { PROVISIONER } from "../../toolkit/serverNames";

export interface MysqlProviderArgs {
    /** The database's own host name: the token is signed for it and the certificate names it. */
    readonly host: pulumi.Input<string>;
    readonly port: pulumi.Input<number>;
}

/**
 * A provider that signs in as the provisioner over TLS. It creates no tokens itself: it reads one from the environment
 * variable `MYSQL_PASSWORD`, so that no token is stored in the state, and trusts the authorities in the file that
 * `SSL_CERT_FILE` names.
 */
export function mysqlProvider(
    name: string,
    { host, port }: MysqlProviderArgs,
    opts?: pulumi.ResourceOptions,
): mysql.Provider {
    return new mysql.Provider(
        name,
        {
            endpoint: pulumi.interpolate`${host}:${port}`,
            username: PROVISIONER,
            // The token goes to the server as it is, within TLS:
            // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
            authenticationPlugin: "cleartext",
            tls: "true",
        },
        opts,
    );
}
