import { isUnknown, items } from "./unknownValues";
import type { Resource } from "./resource";
import type { Finding } from "./rule";

const user = "mysql:index/user:User";
const grant = "mysql:index/grant:Grant";

export const mysqlTypes: readonly string[] = [user, grant];

/** Checks a MySQL user or grant. */
export function judgeMysql({ type, props }: Resource): Finding[] {
    if (type === user) {
        return [...signsIn(props), ...encrypted(props)];
    }
    return type === grant ? [...onDatabase(props), ...powers(props)] : [];
}

function signsIn({ authPlugin }: Resource["props"]): Finding[] {
    const fix = "set authPlugin to AWSAuthenticationPlugin, or to mysql_no_login for a user that never logs in";
    if (isUnknown(authPlugin)) {
        return [{ fault: "how the user signs in is not known yet", fix, unproven: true }];
    }
    return authPlugin === "AWSAuthenticationPlugin" || authPlugin === "mysql_no_login"
        ? []
        : [{ fault: "the user can log in without IAM", fix }];
}

function encrypted({ authPlugin, tlsOption }: Resource["props"]): Finding[] {
    const fix = "set tlsOption to SSL";
    if (authPlugin === "mysql_no_login" || tlsOption === "SSL" || tlsOption === "X509") {
        return [];
    }
    return isUnknown(tlsOption)
        ? [{ fault: "whether the user requires TLS is not known yet", fix, unproven: true }]
        : [{ fault: "the user can connect without TLS, which exposes its token", fix }];
}

/** MySQL treats `_` and `%` in a database name as wildcards: https://dev.mysql.com/doc/refman/8.0/en/grant.html */
function onDatabase({ database, table }: Resource["props"]): Finding[] {
    const fix = "grant on one database by its name, with \\_ for each underscore";
    if (isUnknown(database)) {
        return [{ fault: "the database of the grant is not known yet", fix, unproven: true }];
    }
    if (database === "*") {
        return [{ fault: "it grants on every current and future database", fix }];
    }
    const onAll = table === undefined || table === null || table === "*";
    const wild = typeof database === "string" && /(^|[^\\])[_%]/.test(database);
    return onAll && wild
        ? [
              {
                  fault: `it grants on every database that matches ${JSON.stringify(database)}, where _ and % are wildcards`,
                  fix,
              },
          ]
        : [];
}

function powers({ grant: handsOn, privileges }: Resource["props"]): Finding[] {
    const administers = items(privileges).filter(
        (one) =>
            typeof one === "string" &&
            /^(super|grant option|create user|file|process|reload|shutdown|.*_admin)$/i.test(one),
    );
    return [
        ...(handsOn === true
            ? [{ fault: "the user can grant its privileges to others", fix: "set grant to false" }]
            : []),
        ...(administers.length > 0
            ? [
                  {
                      fault: `it grants server-wide privileges: ${administers.join(", ")}`,
                      fix: "grant only what the workload needs, on one database",
                  },
              ]
            : []),
    ];
}
