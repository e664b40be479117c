import { alongside, append, drop, set, unset, type Cases } from "./case";

/** Positions of the entries of the base `served`. */
const [plain, rich, shared, agent, , task, lambda, owned, apart, renamed, leaving, dropped, moving] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
];
/** Of the base `access`. */
const pod = { plain: 0, rich: 1, agent: 2, machine: 3, delivery: 4 };
const [reader, clerk, maintainer, rescue, readers] = [0, 1, 2, 3, 4];
const [sue, team] = [0, 1];
const image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/rich:1.5.0";
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const holder = (path: string, entry: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(entry).map(([name, value]) => [`access.profiles.${path}.${name}`, value]));
const privileges = (grant: number, privilege: string) => ({
    [`access.profiles.${clerk}.grants.${grant}.privileges`]: [privilege],
});
const directoryId = "90677c608a-2c0ffee2-2e4d-4bde-9a8c-0123456789ab";

/** Who may reach which data. */
export const access: Cases = {
    deploy: { "all to platform": set("least", "platform"), "platform to all": set("instance", "all") },
    access: {
        added: set("account", { tenants: [{ name: "shop" }] }),
        removed: unset("least"),
    },
    "access.appTier": {
        added: set("away", "pods"),
        "nodes to pods": set("away", "pods"),
        "pods to nodes": set("access", "nodes"),
        removed: unset("access"),
    },
    "access.databaseRole": {
        added: set("served", "arn:aws:iam::444455556666:role/keyless-deploy"),
        changed: set("away", "arn:aws:iam::444455556666:role/other-deploy"),
        removed: unset("away"),
    },
    "access.bastion": {
        "false to true": set("away", true),
        "true to false": alongside(set("access", false), { "access.people.0.shell": false }),
    },
    "access.engine": {
        added: set("served", "mysql"),
        "postgres to mysql": set("served", "mysql"),
        "mysql to postgres": set("mysql-access", "postgres"),
        removed: unset("mysql-access"),
    },
    "access.networkPolicy": { "false to true": set("access", true), "true to false": set("full", false) },
    "access.publicRights": { "keep to revoke": set("away", "revoke"), "revoke to keep": set("served", "keep") },
    "access.extensions": { added: append("served", "pg_trgm"), removed: drop("served", 0) },
    "access.databases": {
        added: append("served", { name: "more" }),
        removed: drop("served", 1),
        "removed: unprotected, with a tenant": drop("served", 0),
    },
    "access.databases[].name": { changed: set("served", "renamed", 1) },
    "access.databases[].extensions": { added: append("served", "pg_trgm", 0), removed: unset("served", 0) },
    "access.databases[].protect": { "false to true": set("served", true, 0), "true to false": set("served", false, 1) },
    "access.databaseStack": {
        added: set("away", "organization/keyless/served"),
        "changed: to a stack on another database": set("sharing", "organization/keyless/instance"),
        "changed: to a stack that shares databases itself": set("sharing", "organization/keyless/sharing"),
        removed: unset("sharing"),
    },
    "access.breakGlass": { changed: set("served", "rescuer") },
    "access.proxy": { "false to true": set("away", true), "true to false": set("access", false) },
    "access.identityCenter": {
        added: set("served", { role: "arn:aws:iam::999988887777:role/keyless-permission-sets", region: "eu-west-1" }),
        removed: unset("away"),
    },
    "access.identityCenter.role": {
        "changed: within the account": set("away", "arn:aws:iam::999988887777:role/other"),
        "changed: to another account": set("away", "arn:aws:iam::888877776666:role/keyless-permission-sets"),
    },
    "access.identityCenter.region": { changed: set("away", "eu-north-1") },
    "access.developers": {
        added: append("served", { cidr: "10.8.0.8/32", owner: "john.doe", until: "2099-12-31T18:00:00Z" }),
        removed: drop("served", 0),
    },
    "access.developers[].cidr": { changed: set("served", "10.8.0.9/32", 0) },
    "access.developers[].owner": { changed: set("served", "jane", 0) },
    "access.developers[].until": { changed: set("served", "2099-11-30T18:00:00Z", 0) },
    "access.developerDays": { raised: set("away", 8), lowered: set("served", 36499) },
    "access.connectionTest": {
        added: set("away", {
            image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/connection-test:0.1.0",
            wait: false,
        }),
        removed: unset("access"),
    },
    "access.connectionTest.image": {
        changed: set("access", "111122223333.dkr.ecr.eu-central-1.amazonaws.com/connection-test:0.2.0"),
    },
    "access.connectionTest.tenants": { added: append("access", "plain"), removed: unset("access") },
    "access.connectionTest.wait": { "false to true": set("access", true), "true to false": set("full", false) },
};

/** Services. */
export const tenants: Cases = {
    "access.tenants": {
        added: append("served", { name: "more", identity: "ec2" }),
        removed: drop("served", agent),
        "removed: after `retire: drop`": drop("served", dropped),
    },
    "access.tenants[].name": { changed: set("served", "plainer", agent) },
    "access.tenants[].namespace": {
        added: set("access", "other", pod.agent),
        changed: set("access", "other", pod.rich),
        removed: unset("access", pod.rich),
    },
    "access.tenants[].serviceAccount": {
        added: set("access", "agent-api", pod.agent),
        changed: set("access", "other-api", pod.rich),
        removed: unset("access", pod.rich),
    },
    "access.tenants[].existing": {
        added: set("resident", ["namespace"], 0),
        "removed: of a service account": set("resident", ["namespace"], 1),
        removed: unset("resident", 1),
    },
    "access.tenants[].image": {
        added: set("access", image, pod.plain),
        changed: set("access", image, pod.rich),
        removed: unset("access", pod.rich),
    },
    "access.tenants[].replicas": {
        raised: set("access", 5, pod.rich),
        lowered: set("access", 1, pod.rich),
    },
    "access.tenants[].identity": {
        "irsa to podIdentity": set("access", "podIdentity", pod.rich),
        "podIdentity to irsa": set("access", "irsa", pod.agent),
        "podIdentity to ec2": alongside(set("access", "ec2", pod.agent), { "access.tenants.2.image": undefined }),
        "ec2 to podIdentity": set("access", "podIdentity", pod.machine),
        "ec2 to ecs": set("access", "ecs", pod.machine),
        "ecs to ec2": set("served", "ec2", task),
        "ecs to lambda": set("served", "lambda", task),
        "lambda to ecs": set("served", "ecs", lambda),
    },
    "access.tenants[].model": {
        "split to owner": set("served", "owner", plain),
        "owner to split": set("served", "split", owned),
        "owner to existing": alongside(set("served", "existing", owned), {
            [`access.tenants.${owned}.actsAs`]: "Legacy API",
            [`access.tenants.${owned}.schemas`]: ["legacy"],
            [`access.profiles.${clerk}.grants.2.tenant`]: "shared",
        }),
        "existing to owner": alongside(set("served", "owner", moving), {
            [`access.tenants.${moving}.actsAs`]: undefined,
            [`access.tenants.${moving}.schemas`]: undefined,
            [`access.tenants.${moving}.settings`]: undefined,
            [`access.tenants.${moving}.searchPath`]: undefined,
        }),
    },
    "access.tenants[].database": {
        added: set("served", "reports", plain),
        changed: set("served", "archive", apart),
        removed: unset("served", apart),
    },
    "access.tenants[].searchPath": { added: set("served", ["agent"], agent), removed: unset("served", rich) },
    "access.tenants[].inSearchPathOf": { added: set("served", ["agent"], plain), removed: unset("served", shared) },
    "access.tenants[].allowSystemNames": {
        "false to true": set("access", true, pod.plain),
        "true to false": set("access", false, pod.delivery),
    },
    ...Object.fromEntries(
        (["connections", "statementSeconds", "idleInTransactionSeconds"] as const).map((limit) => [
            `access.tenants[].limits.${limit}`,
            {
                raised: set("served", 90, rich),
                lowered: set("served", 10, rich),
            },
        ]),
    ),
    "access.tenants[].formerly": {
        added: set("served", "older", plain),
        "added: with a new name": alongside(set("served", "agent", agent), { "access.tenants.3.name": "agents" }),
        changed: set("served", "older", renamed),
        removed: unset("served", renamed),
    },
    "access.tenants[].adopt": { added: set("served", ["schema"], plain), removed: unset("served", plain) },
    "access.tenants[].retire": {
        added: set("served", "keep", agent),
        "keep to drop": set("served", "drop", leaving),
        "drop to keep": set("served", "keep", dropped),
        removed: unset("served", leaving),
    },
};

/** Profiles and people. */
export const people: Cases = {
    "access.profiles": {
        added: append("served", { name: "more", grants: [{ tenant: "plain", privileges: ["SELECT"] }] }),
        removed: drop("served", rescue),
    },
    "access.profiles[].name": { changed: set("served", "saviour", rescue) },
    "access.profiles[].grants": {
        added: append("served", { tenant: "rich", privileges: ["SELECT"] }, clerk),
        removed: drop("served", 1, clerk),
    },
    "access.profiles[].grants[].tenant": { changed: set("served", "rich", clerk, 3) },
    "access.profiles[].grants[].on": {
        "tables to sequences": set("served", "sequences", reader, 0),
        "sequences to tables": alongside(set("served", "tables", clerk, 1), privileges(1, "SELECT")),
        "sequences to functions": alongside(set("served", "functions", clerk, 1), privileges(1, "EXECUTE")),
        "functions to sequences": alongside(set("served", "sequences", clerk, 2), privileges(2, "USAGE")),
        "functions to schemas": alongside(set("served", "schemas", readers, 2), {
            "access.profiles.4.grants.2.privileges": ["USAGE"],
            "access.profiles.4.grants.0.on": "sequences",
        }),
        "schemas to functions": alongside(set("served", "functions", readers, 0), {
            "access.profiles.4.grants.0.privileges": ["EXECUTE"],
            "access.profiles.4.grants.2.on": "sequences",
            "access.profiles.4.grants.2.privileges": ["USAGE"],
        }),
    },
    "access.profiles[].grants[].objects": {
        added: set("served", ["orders"], clerk, 3),
        removed: alongside(unset("served", clerk, 0), {
            "access.profiles.1.grants.0.columns": undefined,
            "access.profiles.1.grants.0.mayRun": undefined,
        }),
    },
    "access.profiles[].grants[].columns": {
        added: alongside(set("served", ["id"], clerk, 3), { "access.profiles.1.grants.3.objects": ["orders"] }),
        removed: unset("served", clerk, 0),
    },
    "access.profiles[].grants[].privileges": { changed: set("served", ["SELECT", "UPDATE"], clerk, 0) },
    "access.profiles[].grants[].mayRun": {
        added: alongside(set("served", ["policies"], clerk, 3), { "access.profiles.1.grants.3.objects": ["orders"] }),
        removed: unset("served", clerk, 0),
    },
    "access.profiles[].actsAs": {
        added: alongside(set("served", "plain", rescue), { "access.profiles.3.grants": undefined }),
        changed: set("served", "plain", maintainer),
        removed: unset("served", maintainer),
    },
    "access.profiles[].holders": {
        added: append("served", { tenant: "agent" }, reader),
        removed: drop("served", 0, reader),
    },
    "access.profiles[].holders[].user": {
        added: alongside(
            set("served", "reports_bot", reader, 1),
            holder("0.holders.1", { tenant: undefined, iamRole: role("more") }),
        ),
        changed: set("served", "clerks_bot", clerk, 0),
        removed: alongside(unset("served", clerk, 0), holder("1.holders.0", { iamRole: undefined, tenant: "agent" })),
    },
    "access.profiles[].holders[].iamRole": {
        added: alongside(
            set("served", role("more"), reader, 1),
            holder("0.holders.1", { tenant: undefined, user: "reports_bot" }),
        ),
        changed: set("served", role("others"), clerk, 0),
        removed: alongside(unset("served", clerk, 0), holder("1.holders.0", { user: undefined, tenant: "agent" })),
    },
    "access.profiles[].holders[].tenant": {
        added: alongside(
            set("served", "agent", clerk, 0),
            holder("1.holders.0", { user: undefined, iamRole: undefined }),
        ),
        changed: set("served", "agent", reader, 1),
        removed: alongside(
            unset("served", reader, 1),
            holder("0.holders.1", { user: "reports_bot", iamRole: role("more") }),
        ),
    },
    "access.profiles[].holders[].breakGlass": {
        "false to true": alongside(
            set("served", true, reader, 0),
            holder("0.holders.0", { user: undefined, iamRole: undefined }),
        ),
        "true to false": alongside(set("served", false, rescue, 0), holder("3.holders.0", { tenant: "agent" })),
    },
    "access.people": {
        added: append("served", {
            user: "pat",
            assumedBy: ["arn:aws:iam::222233334444:user/pat"],
            profiles: ["reader"],
        }),
        removed: drop("served", sue),
    },
    "access.people[].user": { changed: set("served", "susan", sue) },
    "access.people[].assumedBy": {
        added: append("served", "arn:aws:iam::222233334444:user/pat", sue),
        removed: drop("served", 1, sue),
    },
    "access.people[].identityCenter": {
        added: alongside(set("served", { users: [directoryId] }, sue), { "access.people.0.assumedBy": undefined }),
        removed: alongside(unset("served", team), {
            "access.people.1.assumedBy": ["arn:aws:iam::222233334444:user/pat"],
        }),
    },
    "access.people[].identityCenter.users": {
        added: append("served", directoryId, team),
        removed: drop("served", 0, team),
    },
    "access.people[].identityCenter.groups": {
        added: append("served", directoryId, team),
        removed: drop("served", 0, team),
    },
    "access.people[].shell": { "false to true": set("access", true, team), "true to false": set("access", false, sue) },
    "access.people[].sessionHours": { raised: set("served", 4, sue), lowered: set("served", 1, sue) },
    "access.people[].profiles": { changed: set("served", ["clerk"], sue) },
};
