import type { Instance, SessionGroup, Server } from "../facts";
import { type Change, type Check, command, fine, judged, unchecked } from "../finding";

/**
 * `aws rds modify-db-cluster …` or `modify-db-instance …`, up to the change itself. IAM authentication, parameter group and master's secret of a
 * cluster are the cluster's, Aurora or not: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
 */
function modify({ kind, identifier }: Server): string {
    return `aws rds modify-db-${kind} --db-${kind}-identifier ${identifier}`;
}

/** A Multi-AZ DB cluster: three instances that are changed and restarted together. */
function isMultiAzCluster({ kind, engine }: Server): boolean {
    return kind === "cluster" && !engine.startsWith("aurora");
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBCluster.html: "only for a non-Aurora Multi-AZ DB cluster" */
function restart(server: Server): readonly Change[] {
    return isMultiAzCluster(server)
        ? [command`aws rds reboot-db-cluster --db-cluster-identifier ${server.identifier}`]
        : server.instances.map((one) => command`aws rds reboot-db-instance --db-instance-identifier ${one.identifier}`);
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Enabling.html */
export const iamAuthentication: Check = {
    id: "iam-authentication",
    group: "aws",
    what: "IAM database authentication",
    why: "without it, RDS accepts no token, and every login needs a password",
    judge: ({ aws }) =>
        judged([aws.server], (server) =>
            server.iamAuthentication
                ? fine("on")
                : {
                      state: "change",
                      seen: ["off"],
                      breaks: "nothing: logins keep their passwords until they become members of rds_iam",
                      change: [
                          { command: `${modify(server)} --enable-iam-database-authentication --apply-immediately` },
                      ],
                  },
        ),
};

/**
 * Tokens need TLS, but without rds.force_ssl passwords may still travel in plain text. Aurora PostgreSQL turns it on by default from 17:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
 */
export const tlsForced: Check = {
    id: "tls-forced",
    group: "aws",
    what: "TLS is required",
    why: "clients may send passwords and data in plain text",
    judge: ({ aws, database: { sessions } }) =>
        judged([aws.server, aws.tls], (server, { name, forced, dynamic }) => {
            if (forced) {
                return fine(`${name} is on`);
            }
            const plain = "value" in sessions ? sessions.value.filter((one) => !one.tls) : [];
            const breaks =
                "unknown" in sessions
                    ? `clients without TLS are refused; who they are is not known (${sessions.unknown})`
                    : plain.length === 0
                      ? "no client that is connected now; clients without TLS that connect later are refused"
                      : `these clients are refused: ${plain.map(describeSessions).join("; ")}`;
            return {
                state: "change",
                seen: [
                    `${name} is off`,
                    ...plain.map((one) => `${describeSessions(one)} ${one.count === 1 ? "is" : "are"} without TLS`),
                ],
                breaks,
                change: forceTls(server, name, dynamic),
            };
        }),
};

function describeSessions({ login, database, application, address, count }: SessionGroup): string {
    const program = application === "" ? "" : ` (${application})`;
    return `${count} ${count === 1 ? "session" : "sessions"} of ${login} in ${database} from ${address}${program}`;
}

/** A default parameter group cannot be modified: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html */
function forceTls(server: Server, name: string, dynamic: boolean): Change[] {
    const { kind, identifier, engine, parameterGroup } = server;
    const family = /^default\.(.+)$/.exec(parameterGroup)?.[1];
    const option = kind === "cluster" ? "db-cluster-parameter-group" : "db-parameter-group";
    const group = family === undefined ? parameterGroup : `${identifier}-parameters`;
    const method = dynamic ? "immediate" : "pending-reboot";
    // Aurora MySQL takes words, RDS for MySQL numbers: https://github.com/prowler-cloud/prowler/pull/4116
    const on = engine === "aurora-mysql" ? "ON" : "1";
    const set = {
        command: `aws rds modify-${option} --${option}-name ${group} --parameters ParameterName=${name},ParameterValue=${on},ApplyMethod=${method}`,
    };
    if (family !== undefined) {
        return [
            {
                command: `aws rds create-${option} --${option}-name ${group} --db-parameter-group-family ${family} --description 'TLS only'`,
            },
            set,
            { command: `${modify(server)} --${option}-name ${group} --apply-immediately` },
            // Another group takes effect when the instances restart.
            ...restart(server),
        ];
    }
    return dynamic ? [set] : [set, ...restart(server)];
}

const DAY_MS = 86_400_000;
/** An authority's successor must reach every client's trust store first. */
const AUTHORITY_DAYS = 180;
/** RDS renews certificates of its newer authorities by itself, earlier than this. */
const CERTIFICATE_DAYS = 30;

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL-certificate-rotation.html */
export const certificateAuthority: Check = {
    id: "certificate-authority",
    group: "aws",
    what: "certificate authority",
    why: "clients that verify certificates, as all of Keyless' do, are cut off when it expires",
    judge: ({ now, aws }) =>
        judged([aws.server, aws.authorities], (server, authorities) => {
            const { instances } = server;
            const unread = instances.filter(({ authority }) => authority === undefined);
            if (instances.length === 0 || unread.length > 0) {
                return unchecked(
                    instances.length === 0
                        ? "the cluster has no instance"
                        : `RDS names no authority of ${unread.map(({ identifier }) => identifier).join(", ")}`,
                );
            }
            const late = (date: Date | undefined, days: number) =>
                date !== undefined && date.getTime() - now.getTime() < days * DAY_MS;
            const endsOf = ({ authority = "" }: Instance) => authorities.get(authority);
            const bad = instances.filter(
                (one) =>
                    endsOf(one) === undefined ||
                    late(endsOf(one), AUTHORITY_DAYS) ||
                    late(one.certificateUntil, CERTIFICATE_DAYS),
            );
            const seen = (one: Instance) => {
                const ends = endsOf(one);
                const own =
                    one.certificateUntil === undefined ? "" : `; its certificate until ${day(one.certificateUntil)}`;
                return `${one.identifier}: ${one.authority} ${ends === undefined ? "is no longer offered" : `until ${day(ends)}`}${own}`;
            };
            if (bad.length === 0) {
                return fine(...instances.map(seen));
            }
            const [next = "rds-ca-rsa2048-g1"] = [...authorities]
                .filter(([, until]) => !late(until, AUTHORITY_DAYS))
                .map(([id]) => id)
                .sort((a, b) => Number(b === "rds-ca-rsa2048-g1") - Number(a === "rds-ca-rsa2048-g1"));
            return {
                state: "change",
                seen: bad.map(seen),
                breaks: `clients that verify certificates and do not trust ${next} yet; some engine versions restart`,
                change: certify(server, bad, next),
            };
        }),
};

/** Of an Aurora cluster, each instance has its own: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html */
function certify(server: Server, instances: readonly Instance[], authority: string): readonly Change[] {
    const targets = isMultiAzCluster(server)
        ? [modify(server)]
        : instances.map(({ identifier }) => `aws rds modify-db-instance --db-instance-identifier ${identifier}`);
    return targets.map((one) => ({
        command: `${one} --ca-certificate-identifier ${authority} --apply-immediately`,
    }));
}

function day(date: Date): string {
    return date.toISOString().slice(0, 10);
}

/**
 * RDS manages it for no cluster of a global database (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html), and copies of an
 * instance must be there before (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html). A copy's master is the original's.
 */
export const masterSecret: Check = {
    id: "master-secret",
    group: "aws",
    what: "the master's password is managed by RDS",
    why: "a password that RDS manages is rotated, and nobody needs to know it; `keyless bootstrap` reads it there",
    judge: ({ aws }) =>
        judged([aws.server], (server) =>
            server.masterSecret !== undefined
                ? fine(server.masterSecret)
                : server.copyOf !== undefined
                  ? unchecked(`${server.identifier} copies ${server.copyOf}, whose master it has`)
                  : server.engine.startsWith("aurora") && server.copies.length > 0
                    ? fine(
                          "it is not: RDS offers that for no cluster with copies; pass a secret to `keyless bootstrap --secret`",
                      )
                    : {
                          state: "change",
                          seen: [`the password of ${server.masterUser} is not in a secret that RDS manages`],
                          breaks: `everything that signs in as ${server.masterUser} with its present password: RDS replaces it at once${server.copies.length === 0 ? "" : "; and no further read replica can be created while RDS manages it"}`,
                          change: [{ command: `${modify(server)} --manage-master-user-password --apply-immediately` }],
                      },
        ),
};
