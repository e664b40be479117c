import assert from "node:assert/strict";
import { existingRoleProblems, type ExistingRole } from "../../../components/tenancy/migration/existingRoleProblems";
import { applyMigration, unquiet, unremovable } from "../../../components/tenancy/migration/migrations";
import { migrationOf, type Migration, type MigrationState } from "../../../components/tenancy/migration/state";
import { ServerSessions } from "../../../components/tenancy/server";
import type { Session } from "../../../toolkit/session";
import type { Sql } from "../../../toolkit/sql";
import { MemoryLog } from "../../support/memoryLog";
import { MemorySecrets } from "../../support/memorySecrets";

/** A server with one login, without open sessions. */
function server({
    version = 170_006,
    config = [] as string[],
    login = true,
    iam = false,
    log = [] as string[],
    denied = [] as string[],
}): Session {
    const role = { superuser: false, master: false, admin: true, iam, config };
    const answer = (text: string) =>
        text.includes("rolcanlogin")
            ? [{ login }]
            : text.includes("AS config")
              ? [role]
              : text.includes("AS began")
                ? [{ login: "keyless_provisioner", began: Date.now() / 1000 }]
                : text.includes("FROM pg_settings") && text.includes("has_parameter_privilege") === version >= 150_000
                  ? denied.map((name) => ({ name }))
                  : text.includes("AS version")
                    ? [{ version }]
                    : text.includes("log_connections")
                      ? [{ on: true }]
                      : [];
    return {
        query: async ({ text }: Sql) => {
            log.push(text);
            return { rows: answer(text) as never[] };
        },
        end: async () => undefined,
    } as unknown as Session;
}

describe("a role that a new login acts as", () => {
    const role: ExistingRole = {
        ...{ existingRole: "shop", database: "app", stated: {} },
        migration: { login: "shop", state: "alongside" },
    };

    it("is refused on a release that ignores the role of sessions", async () => {
        const problems = async (version: number) => existingRoleProblems(server({ version }), role);
        assert.deepEqual(await problems(160_005), [
            "PostgreSQL 16.5 ignores the setting role of a login, so its objects would not belong to the role that it acts as: upgrade to 16.6 or later first",
        ]);
        for (const version of [160_004, 160_006, 170_002, 180_000]) {
            assert.deepEqual(await problems(version), []);
        }
    });

    it("is refused if the provisioner may not set one of the settings for a login", async () => {
        const stated = { settings: { "app.region": "eu" } };
        const problems = async (version: number) =>
            existingRoleProblems(server({ version, denied: ["app.region"] }), { ...role, stated });
        const itself =
            "leave it out of settings, RESET it for the role, and let the service set it when it connects (options=-c app.region=…)";
        const wrong = "keyless_provisioner may not set app.region for a login; nothing has changed";
        assert.deepEqual(await problems(140_020), [`${wrong}: ${itself}`]);
        assert.deepEqual(await problems(150_010), [
            `${wrong}: run, as a superuser or a role that may grant it, GRANT SET ON PARAMETER "app"."region" TO "keyless_provisioner"; or ${itself}`,
        ]);
    });

    it("has its secrets named and not printed where its settings would be lost", async () => {
        const config = ["pgrst.jwt_secret=hunter2", "work_mem=8MB"];
        const problems = await existingRoleProblems(server({ config }), role);
        assert.deepEqual(problems, [
            "the role shop has the setting pgrst.jwt_secret, whose value is a secret by its name, which sessions of the new login would lack: let the service read it from elsewhere and RESET it, or write it in settings, where everybody who reads the config has it",
            'the role shop has the setting work_mem = 8MB, which sessions of the new login would lack: write settings: [{ name: work_mem, value: "8MB" }]',
        ]);
    });
});

describe("a role that the break-glass login acts as", () => {
    it("is refused if it is a member of rds_iam, because RDS would refuse the password", async () => {
        const role: ExistingRole = {
            ...{ existingRole: "shop", database: "app", stated: {}, breakGlass: "keyless_break_glass" },
            migration: { login: "shop", state: "alongside" },
        };
        assert.deepEqual(await existingRoleProblems(server({ iam: true }), role), [
            'a profile lets keyless_break_glass act as the role shop, which is a member of rds_iam, so that its password would be refused when IAM fails: take breakGlass out of the profile\'s holders, or REVOKE rds_iam FROM "shop"',
        ]);
        assert.deepEqual(await existingRoleProblems(server({}), role), []);
        assert.deepEqual(await existingRoleProblems(server({ iam: true }), { ...role, breakGlass: undefined }), []);
    });
});

describe("a login that was closed", () => {
    const finished: Migration = { state: "finished", login: "shop", quietDays: 7, evenIfUsed: false };
    const against = async (login: boolean, used: boolean) => {
        const log = new MemoryLog();
        log.monitoring(8);
        if (used) {
            log.write(Date.now() - 3_600_000, "shop");
        }
        const sessions = new ServerSessions(async () => server({ login }), Promise.resolve("app"));
        const tools = { server: sessions, logs: async () => [log], secrets: new MemorySecrets() };
        return unquiet(tools, finished, finished);
    };

    it("is closed again without a look at who used it", async () => assert.deepEqual(await against(false, true), []));

    it("and opened again is not closed while somebody uses it", async () => {
        assert.match((await against(true, true)).join(), /^migration\.state: finished would take the password of shop/);
        assert.deepEqual(await against(true, false), []);
    });
});

describe("copies of a password", () => {
    const [api, job] = ["api-a1B2c3", "job-d4E5f6"].map(
        (name) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}`,
    ) as [string, string];
    const entry = (state: MigrationState, deleteSecrets: boolean) => {
        const secrets = [{ secretsManager: api }, { secretsManager: job }];
        return migrationOf({
            name: "shop",
            model: "existing",
            actsAs: "shop",
            migration: { state, secrets, deleteSecrets },
        });
    };
    const apply = async (migration: Migration, secrets: MemorySecrets, log: string[] = []) => {
        const sessions = new ServerSessions(async () => server({ log }), Promise.resolve("app"));
        await applyMigration({ server: sessions, logs: async () => [], secrets }, migration, undefined);
    };

    it("are deleted after the password, once", async () => {
        const secrets = new MemorySecrets({ [api]: { state: "there" } });
        const log: string[] = [];
        secrets.before = async () => void log.push("secrets");
        await apply(entry("finished", true), secrets, log);
        const steps = log.flatMap(
            (text) => /NOLOGIN|PASSWORD NULL|pg_terminate_backend|^secrets/.exec(text)?.[0] ?? [],
        );
        assert.deepEqual(
            [...new Set(steps)].filter((step) => step !== "pg_terminate_backend"),
            ["NOLOGIN", "PASSWORD NULL", "secrets"],
        );
        assert.deepEqual(secrets.asked, [`status ${api}`, `delete ${api}`, `status ${job}`]);
        await apply(entry("finished", true), secrets);
        assert.deepEqual(secrets.asked.slice(3), [`status ${api}`, `status ${job}`]);
    });

    it("are not looked at in another state, or unless the config says so", async () => {
        const secrets = new MemorySecrets({ [api]: { state: "there" } });
        await apply(entry("switched", true), secrets);
        await apply(entry("alongside", true), secrets);
        await apply(entry("finished", false), secrets);
        assert.deepEqual(secrets.asked, []);
    });

    it("that cannot be deleted fail the run, which names all of them, and the others are deleted", async () => {
        const secrets = new MemorySecrets({
            [api]: { state: "there", keep: "it is managed by the service rds" },
            [job]: { state: "there" },
        });
        await assert.rejects(apply(entry("finished", true), secrets), {
            message: `shop is closed and its password is removed, but the secret ${api} was not deleted: it is managed by the service rds; remove it from migration.secrets`,
        });
        assert.deepEqual(secrets.asked, [`status ${api}`, `status ${job}`, `delete ${job}`]);
        const denied = new MemorySecrets({ [api]: { state: "unreadable", why: "AccessDeniedException: no" } });
        await assert.rejects(apply(entry("finished", true), denied), {
            message: `shop is closed and its password is removed, but the secret ${api} was not deleted: AccessDeniedException: no; allow secretsmanager:DescribeSecret and secretsmanager:DeleteSecret on it, and run this again`,
        });
    });

    describe("in the cluster", () => {
        const finished = (names: readonly string[]) =>
            migrationOf({
                ...{ name: "shop", model: "existing", actsAs: "shop" },
                migration: {
                    ...{ state: "finished", deleteSecrets: true },
                    secrets: names.map((kubernetes) => ({ kubernetes })),
                },
            });
        const tools = (secrets: MemorySecrets) => ({
            server: new ServerSessions(async () => server({}), Promise.resolve("app")),
            logs: async () => [],
            secrets,
        });

        it("are refused before anything changes while pods refer to them, or where they would come back", async () => {
            const secrets = new MemorySecrets({
                "shop/a": { state: "there", uid: "1", usedBy: ["Deployment shop/api"] },
                "shop/b": { state: "there", uid: "2", keep: "Argo CD would create it again" },
                "shop/c": { state: "unreadable", why: "the Kubernetes API answers 403 (Forbidden)" },
                "shop/d": { state: "there", uid: "4", usedBy: [] },
            });
            const all = finished(["shop/a", "shop/b", "shop/c", "shop/d", "shop/e"]);
            assert.deepEqual(await unremovable(tools(secrets), all, undefined), [
                "migration.deleteSecrets: the secret shop/a could not be deleted: pods of Deployment shop/api would not start without it: let it no longer refer to it, and run this again; nothing has changed",
                "migration.deleteSecrets: the secret shop/b could not be deleted: Argo CD would create it again, or remove it from migration.secrets; nothing has changed",
                "migration.deleteSecrets: the secret shop/c could not be deleted: the Kubernetes API answers 403 (Forbidden); allow get and delete on this Secret, and list on the namespace's pods, serviceaccounts, workloads and jobs, and run this again; nothing has changed",
            ]);
            assert.ok(!secrets.asked.some((one) => one.startsWith("delete")));
        });

        it("are deleted by the uid that was found, and never a second time", async () => {
            const secrets = new MemorySecrets({ "shop/a": { state: "there", uid: "1" } });
            const [one, two] = [finished(["shop/a"]), finished(["shop/a", "shop/b"])];
            await applyMigration(tools(secrets), one, undefined);
            assert.deepEqual(secrets.asked, ["status shop/a", "delete shop/a 1"]);
            secrets.all["shop/a"] = { state: "there", uid: "of another", usedBy: ["Deployment shop/api"] };
            assert.deepEqual(await unremovable(tools(secrets), two, one), []);
            await applyMigration(tools(secrets), two, one);
            assert.deepEqual(secrets.asked.slice(2), ["status shop/b", "status shop/b"]);
            const back = { ...one, state: "switched" } as const;
            assert.equal((await unremovable(tools(secrets), two, back)).length, 1);
        });
    });
});
