import assert from "node:assert/strict";
import { limitDatabaseRoles } from "../../../policy/rules/limitDatabaseRoles";
import { judge, judgeStack, unknown } from "./harness";
import type { Made } from "./harness";

const role = (name: string, props: Record<string, unknown> = {}): Made => ({
    type: "postgresql:index/role:Role",
    name: `role-${name}`,
    props: { name, ...props },
});
const member = (name: string, of: unknown): Made => ({
    type: "postgresql:index/grantRole:GrantRole",
    name: `${name}-of`,
    props: { role: name, grantRole: of },
});

describe("the rule database-role", () => {
    it("refuses superusers and roles that bypass row-level security", () => {
        assert.deepEqual(judge(limitDatabaseRoles, role("x", { superuser: true, bypassRowLevelSecurity: true })), [
            "[as set] role-x: the role bypasses every permission check\n  fix: set superuser to false",
            "[as set] role-x: the role reads every row regardless of row-level security\n  fix: set bypassRowLevelSecurity to false",
        ]);
        assert.deepEqual(judge(limitDatabaseRoles, role("x", { superuser: unknown })), [
            "[advisory] role-x: superuser is not known yet\n  fix: set superuser to false",
        ]);
        assert.deepEqual(judge(limitDatabaseRoles, role("x", { superuser: false })), []);
    });

    it("refuses replication, by the attribute and by RDS' group", () => {
        const changes = "reads every change of every table regardless of its privileges";
        assert.deepEqual(judge(limitDatabaseRoles, role("cdc", { replication: true })), [
            `[as set] role-cdc: the role ${changes}\n  fix: set replication to false`,
        ]);
        const group = `a member of rds_replication ${changes}\n  fix: remove rds_replication`;
        assert.deepEqual(judge(limitDatabaseRoles, role("cdc", { roles: ["rds_iam", "rds_replication"] })), [
            `[as set] role-cdc: ${group}`,
        ]);
        assert.deepEqual(judge(limitDatabaseRoles, member("cdc", "rds_replication")), [`[as set] cdc-of: ${group}`]);
        assert.deepEqual(judge(limitDatabaseRoles, role("cdc", { replication: false, roles: ["rds_iam"] })), []);
        assert.deepEqual(judge(limitDatabaseRoles, member("cdc", "readers")), []);
    });

    it("refuses grants to PUBLIC, and passes those that revoke its privileges", () => {
        for (const type of ["postgresql:index/grant:Grant", "postgresql:index/defaultPrivileges:DefaultPrivileges"]) {
            const grant = (privileges: unknown, to = "public"): string[] =>
                judge(limitDatabaseRoles, { type, name: "it", props: { role: to, privileges } });
            assert.deepEqual(grant(["SELECT", "INSERT"], "PUBLIC"), [
                "[as set] it: PUBLIC, which means every role, is granted SELECT, INSERT\n  fix: grant to a named role; an empty list of privileges revokes those of PUBLIC",
            ]);
            assert.deepEqual([grant([]), grant(["SELECT"], "shop_app")], [[], []]);
            assert.deepEqual(grant(unknown), [
                "[advisory] it: the privileges of PUBLIC are not known yet\n  fix: grant to a named role",
            ]);
        }
    });

    it("passes logins that are direct or indirect members of rds_iam", () => {
        assert.deepEqual(
            judgeStack(limitDatabaseRoles, [role("app", { login: true, roles: ["readers", "rds_iam"] })]),
            [],
        );
        assert.deepEqual(
            judgeStack(limitDatabaseRoles, [
                role("app", { login: true, roles: ["logins"] }),
                role("logins", { roles: ["rds_iam"] }),
            ]),
            [],
        );
        assert.deepEqual(judgeStack(limitDatabaseRoles, [role("app", { login: true }), member("app", "rds_iam")]), []);
        assert.deepEqual(judgeStack(limitDatabaseRoles, [role("owner", { login: false })]), []);
    });

    it("refuses a login without IAM, unless it is declared", () => {
        const stack = [
            role("app", { login: true, roles: ["readers", "rds_superuser", "pg_monitor"] }),
            role("readers"),
        ];
        assert.deepEqual(judgeStack(limitDatabaseRoles, stack), [
            '[as set] role-app: app can log in without IAM: it is not a member of rds_iam\n  fix: add "rds_iam" to its roles, or set login to false',
        ]);
        assert.deepEqual(judgeStack(limitDatabaseRoles, stack, { passwordLogins: ["ap*"] }), []);
    });

    it("refuses a break-glass login that is a member of rds_iam, directly, indirectly or through a cycle", () => {
        const loop = [
            role("break_glass", { login: true, roles: ["a"] }),
            role("a", { roles: ["b"] }),
            role("b", { roles: ["a"] }),
            member("b", "rds_iam"),
        ];
        assert.deepEqual(judgeStack(limitDatabaseRoles, loop), [
            "[as set] role-break_glass: break-glass login break_glass is a member of rds_iam through break_glass → a → b → rds_iam, so its password is rejected\n  fix: revoke a from break_glass",
        ]);
        assert.deepEqual(judgeStack(limitDatabaseRoles, [role("break_glass", { login: true })]), []);
        assert.equal(
            judgeStack(limitDatabaseRoles, [role("fire", { login: true, roles: ["rds_iam"] })], {
                breakGlass: ["fire"],
            }).length,
            1,
        );
    });

    it("reports memberships that are not known yet as unproven", () => {
        const later = [
            '[advisory] role-app: this stack does not show whether app, which can log in, is a member of rds_iam: not all memberships are known yet\n  fix: add "rds_iam" to its roles, or set login to false',
        ];
        assert.deepEqual(judgeStack(limitDatabaseRoles, [role("app", { login: true, roles: unknown })]), later);
        assert.deepEqual(
            judgeStack(limitDatabaseRoles, [role("app", { login: true, roles: ["pg_monitor", unknown] })]),
            later,
        );
        assert.deepEqual(
            judgeStack(limitDatabaseRoles, [role("app", { login: true, roles: ["rds_iam", unknown] })]),
            [],
        );
        assert.deepEqual(judgeStack(limitDatabaseRoles, [role("app", { login: unknown })]), [
            '[advisory] role-app: whether the role can log in is not known yet\n  fix: add "rds_iam" to its roles',
        ]);
    });

    it("refuses a schema policy without a role, which applies to PUBLIC", () => {
        const schema = (...policies: unknown[]): string[] =>
            judge(limitDatabaseRoles, { type: "postgresql:index/schema:Schema", name: "open", props: { policies } });
        assert.deepEqual(schema({ usage: true, create: true }), [
            "[as set] open: policies[0] names no role, so PUBLIC, which means every role, is granted usage, create\n  fix: name a role in the policy",
        ]);
        assert.deepEqual(schema({ role: "app", usage: true }, { role: "Public", createWithGrant: true }).length, 1);
        assert.deepEqual(schema({ role: "app", usage: true }, { usage: false }, { role: unknown, usage: true }), []);
    });

    const on = (server: string, provider: Record<string, unknown>, made: Made): Made => ({
        ...made,
        name: `${server}-${made.name}`,
        by: server,
        provider,
    });
    const refused = (name: string): string =>
        `[as set] ${name}: app can log in without IAM: it is not a member of rds_iam\n  fix: add "rds_iam" to its roles, or set login to false`;

    it("does not confuse roles with the same name on two servers", () => {
        const one = on("one", { host: "one.example" }, role("app", { login: true, roles: ["rds_iam"] }));
        const two = on("two", { host: "two.example" }, role("app", { login: true, roles: [] }));
        assert.deepEqual(judgeStack(limitDatabaseRoles, [one, two]), [refused("two-role-app")]);
        const unknownHosts = [one, two].map((made): Made => ({ ...made, provider: { host: unknown } }));
        const providers = ["one", "two"].flatMap((name): Made[] => [
            {
                type: "pulumi:providers:postgresql",
                name,
                props: { host: unknown },
                from: { host: [`cluster-${name}`] },
            },
            { type: "aws:rds/cluster:Cluster", name: `cluster-${name}`, props: {} },
        ]);
        assert.deepEqual(judgeStack(limitDatabaseRoles, [...unknownHosts, ...providers]), [refused("two-role-app")]);
    });

    it("counts a membership through another provider of the same server, or possibly the same server", () => {
        const app = (host: unknown): Made => on("one", { host }, role("app", { login: true, roles: [] }));
        const granted = (host: unknown): Made => on("two", { host, database: "other" }, member("app", "rds_iam"));
        assert.deepEqual(judgeStack(limitDatabaseRoles, [app("db.example"), granted("db.example")]), []);
        assert.deepEqual(judgeStack(limitDatabaseRoles, [app(unknown), granted("db.example")]), [
            '[advisory] one-role-app: this stack does not show whether app, which can log in, is a member of rds_iam: the server of a provider is not known yet\n  fix: add "rds_iam" to its roles, or set login to false',
        ]);
        assert.deepEqual(judgeStack(limitDatabaseRoles, [app("a.example"), granted("b.example")]), [
            refused("one-role-app"),
        ]);
    });

    it("reports members of a group that is not a role in this stack as unproven", () => {
        const said = (role: string, who: string, fix: string): string[] => [
            `[advisory] ${role}: this stack does not show whether ${who} is a member of rds_iam: staff is not a role in this stack\n  fix: ${fix}`,
        ];
        assert.deepEqual(
            judgeStack(limitDatabaseRoles, [role("app", { login: true, roles: ["staff"] })]),
            said("role-app", "app, which can log in,", 'add "rds_iam" to its roles, or set login to false'),
        );
        assert.deepEqual(
            judgeStack(limitDatabaseRoles, [role("break_glass", { login: true, roles: ["staff"] })]),
            said("role-break_glass", "break-glass login break_glass", "revoke staff from break_glass"),
        );
        assert.deepEqual(
            judgeStack(limitDatabaseRoles, [role("break_glass", { login: true, roles: ["rds_superuser"] })]),
            [],
        );
    });

    it("checks the arguments if the server is not known yet and the engine returns no outputs", () => {
        const given = (made: Made): Made => ({ ...made, props: {}, inputs: made.props });
        assert.deepEqual(
            judgeStack(limitDatabaseRoles, [
                given(role("app", { login: true })),
                given(role("break_glass", { login: true, roles: ["rds_iam"] })),
            ]),
            [
                refused("role-app"),
                "[as set] role-break_glass: break-glass login break_glass is a member of rds_iam through break_glass → rds_iam, so its password is rejected\n  fix: revoke rds_iam from break_glass",
            ],
        );
    });
});
