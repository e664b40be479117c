import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Client } from "pg";

import { readColumns } from "../../access/catalog/columns";
import { DatabaseTrials } from "../../access/live/attempts";
import { accessOf } from "../../access";
import { clientProgram } from "../../cli/command/clientProgram";
import { castsOf } from "../../cli/exporting/casts";
import { dumpArguments } from "../../cli/exporting/dump";
import { asMember as joinForExport } from "../../cli/exporting/membership";
import { findDrift, fixAll, readFacts } from "../../drift/index";
import { bootstrap } from "../../bootstrap";
import { refuseBelongings, takePrivileges } from "../../components/tenancy/offboarding/cleanUp";
import { ServerSessions as Leaving } from "../../components/tenancy/server";
import { closeLogin, resetRole, takeMemberships } from "../../components/tenancy/offboarding/sessions";
import { hookLimits } from "../../components/tenancy/provisionerSession";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { MAJORS_APART } from "../support/majors";
import { byCertificate } from "../../sandbox/postgres/session";
import { makeSamples } from "../../sandbox/attempts/samples";
import { database } from "../../sandbox/providers/postgresql/database";
import { defaultPrivileges } from "../../sandbox/providers/postgresql/defaultPrivileges";
import { Attributes, planned } from "../../sandbox/providers/postgresql/fields";
import { grant } from "../../sandbox/providers/postgresql/grant";
import { grantRole } from "../../sandbox/providers/postgresql/grantRole";
import type { ResourceType } from "../../sandbox/providers/postgresql/kind";
import { role } from "../../sandbox/providers/postgresql/role";
import { schema } from "../../sandbox/providers/postgresql/schema";
import { ConfiguredServer } from "../../sandbox/providers/postgresql/server";
import type { Props } from "../../sandbox/cloud/props";
import { openGuardedSession } from "../../toolkit/guardedSession";
import { asMember } from "../../toolkit/openSessions";
import type { Ask, QueryResultRow, Row, Session } from "../../toolkit/session";
import { identifier, parameter, sql, type Sql } from "../../toolkit/sql";
import { resourcesOf, urn } from "../access/support/resources";
import { added, factsOf, type Fact } from "../support/catalogSnapshot";
import { expressionOf } from "../support/dumpPattern";
import { hostileNames } from "../support/hostileNames";
import { clientMajor, environmentOf } from "./postgres-programs";
import { connectAs, connectAsAdmin, connectAsMaster, withOwnState } from "./postgres-support";

const PROVISIONER = "keyless_provisioner";
const PROVIDER = "pulumi:providers:postgresql";
const SEED = Number(process.env["KEYLESS_SEED"] ?? 20261128);

for (const major of MAJORS_APART) {
    describe(`what is done about hostile names on Postgres ${major} (KEYLESS_SEED=${SEED + major})`, () => {
        withOwnState();
        const names = hostileNames(SEED + major);
        let postgres: Postgres;
        let admin: Client;
        let session: Session;
        let person: Client;
        let provider: ConfiguredServer;
        let leaving: Leaving;
        let clean: readonly Fact[];
        let dir: string;
        let programs: NodeJS.ProcessEnv;

        before(async () => {
            postgres = await openCluster({
                resourceId: `cluster-HOSTILE${major}`,
                major,
                masterUsername: "master",
                database: "app",
                hosts: ["localhost"],
            });
            admin = await connectAsAdmin(postgres);
            const open = async (name: string) =>
                openGuardedSession({ ...(await byCertificate(postgres, PROVISIONER)), database: name }, hookLimits);
            [session, leaving] = [await open("app"), new Leaving(open, Promise.resolve("app"))];
            person = await connectAs(postgres, PROVISIONER);
            const { cert: certificate, key } = await postgres.clientCertificate(PROVISIONER);
            provider = new ConfiguredServer({
                ...{
                    host: "localhost",
                    port: postgres.port,
                    database: "app",
                    username: PROVISIONER,
                    databaseUsername: PROVISIONER,
                    password: "",
                    superuser: false,
                },
                ...{
                    sslMode: "verify-full",
                    rootCertificate: postgres.authority,
                    clientCertificate: { certificate, key },
                    connectTimeout: 15,
                    maxConnections: 4,
                },
            });
            await admin.query(
                "CREATE FUNCTION pg_catalog.as_named(statement text, VARIADIC names text[]) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE format(statement, VARIADIC names); END'",
            );
            await session.query(sql`CREATE ROLE victim`);
            clean = await factsOf(admin);
            dir = mkdtempSync(join(tmpdir(), "keyless-hostile-"));
            programs = { ...(await environmentOf(postgres, PROVISIONER, dir)), PGDATABASE: "app" };
        });
        after(async () => {
            rmSync(dir, { recursive: true, force: true });
            await Promise.all([session.end(), provider.leave("app")]);
        });
        afterEach("nothing is left of it", async () => {
            assert.deepEqual(added(clean, await factsOf(admin)), []);
            assert.deepEqual(added(await factsOf(admin), clean), []);
        });

        /** Runs a statement in which the server itself quotes the name in place of %1$I. */
        const named = (statement: string, name: string) =>
            admin.query("SELECT pg_catalog.as_named($1, $2)", [statement, name]);
        /** Each current fact is about one of the names alone, or about it and these; and is of these kinds. */
        const only = async (kinds: RegExp, ...others: string[]): Promise<Fact[]> => {
            const found = added(clean, await factsOf(admin));
            const strange = found.filter((fact) => {
                const [own, ...more] = new Set(fact.names.filter((name) => !others.includes(name)));
                return !kinds.test(fact.what) || more.length > 0 || (own !== undefined && !names.includes(own));
            });
            assert.deepEqual(strange, []);
            return found;
        };
        const roles = (facts: readonly Fact[]) =>
            facts.filter(({ what }) => what.startsWith("role")).flatMap((fact) => fact.names);
        const sorted = (texts: readonly string[]) => [...texts].sort();
        const attributes = ({ fields }: ResourceType, news: Props) =>
            new Attributes(fields, {}, planned(fields, undefined, news), "");

        it("makes and removes exactly these roles, schemas, memberships and privileges as the provider", async () => {
            const made: [ResourceType, Attributes][] = [];
            const make = async (type: ResourceType, news: Props) => {
                const one = attributes(type, news);
                await type.create(provider, one);
                made.push([type, one]);
                // Reads take most of the time, and pass names only in parameters: some are sufficient.
                assert.equal(made.length > 80 || (await type.read(provider, one)), true, JSON.stringify(news));
            };
            for (const name of names) {
                const place = { role: name, database: "app", schema: name };
                await make(role, {
                    name,
                    login: true,
                    roles: ["rds_iam"],
                    searchPaths: name.includes(", ") ? [] : [name],
                    statementTimeout: 5000,
                    skipReassignOwned: true,
                });
                await make(schema, { name, database: "app", owner: name });
                await named("CREATE TABLE %1$I.%1$I (%1$I int); ALTER TABLE %1$I.%1$I OWNER TO %1$I", name);
                await make(grant, { ...place, objectType: "schema", privileges: ["USAGE", "CREATE"] });
                await make(grant, { role: name, database: "app", objectType: "database", privileges: ["CONNECT"] });
                await make(grant, { ...place, objectType: "table", privileges: ["SELECT"] });
                await make(grant, {
                    ...place,
                    objectType: "column",
                    objects: [name],
                    columns: [name],
                    privileges: ["UPDATE"],
                }).catch((error: Error) => {
                    // Names that look like a routine with its arguments are refused.
                    assert.ok(name.includes("("), error.message);
                });
                await make(defaultPrivileges, { ...place, owner: name, objectType: "table", privileges: ["SELECT"] });
                await make(grantRole, { role: name, grantRole: "victim" });
            }
            const found = await only(
                /^(role login|member( admin)?|schema|relation r|column|database CONNECT|default r|setting (search_path|statement_timeout))\b/,
                "app",
                "victim",
                "rds_iam",
                PROVISIONER,
            );
            assert.deepEqual(sorted(roles(found)), sorted(names));
            for (const [type, one] of made.reverse()) {
                if (type === schema) {
                    await named("DROP TABLE %1$I.%1$I", one.text("name"));
                }
                await type.delete(provider, one);
            }
        });

        it("makes databases of these names alone", async () => {
            // Each takes a tenth of a second and 8 MB: one object stands for all, and is renamed in turn.
            const one = attributes(database, { name: "first" });
            await database.create(provider, one);
            let before: Props = { name: "first" };
            for (const name of names) {
                const renamed = new Attributes(
                    database.fields,
                    { ...one.state(), ...before },
                    { ...one.state(), name },
                    "",
                );
                await database.update(provider, renamed);
                before = { name };
            }
            assert.deepEqual(
                (await only(/^database/, "PUBLIC of all", PROVISIONER))
                    .filter(({ what }) => what === "database")
                    .map((fact) => fact.names[0]),
                names.slice(-1),
            );
            await database.delete(provider, attributes(database, before));
        });

        it("bootstraps logins of these names alone", async () => {
            const asItself = (_: string, work: (itself: Client) => Promise<void>) => work(admin);
            const master = await connectAsMaster(postgres, "postgres");
            for (const [index, name] of names.entries()) {
                const other = names[(index + 1) % names.length] ?? "";
                const rescue = { name: other, password: () => "only-for-this-test" };
                await bootstrap(
                    master,
                    { databases: [], provisioner: name, breakGlass: rescue },
                    { grantor: admin, asItself },
                );
                const found = added(clean, await factsOf(admin));
                assert.deepEqual(
                    found.filter(
                        ({ names: [about = ""], what }) => what.startsWith("role") && about !== name && about !== other,
                    ),
                    [],
                );
                assert.deepEqual(sorted(roles(found)), sorted([name, other]), name);
                for (const made of [name, other]) {
                    await named("REVOKE ALL ON DATABASE postgres, template1 FROM %1$I; DROP ROLE %1$I", made);
                }
            }
        });

        describe("of tenants", () => {
            beforeEach(async () => {
                for (const name of names) {
                    const make = "CREATE ROLE %1$I LOGIN; GRANT rds_iam TO %1$I";
                    await session.query(sql`SELECT pg_catalog.as_named(${parameter(make)}, ${parameter(name)})`);
                    await named(
                        `CREATE SCHEMA %1$I AUTHORIZATION %1$I; SET LOCAL ROLE %1$I; CREATE TABLE %1$I.%1$I (%1$I int);
                        CREATE FUNCTION %1$I.%1$I() RETURNS int RETURN 1; CREATE PROCEDURE %1$I.%1$I(%1$I int, %1$I.%1$I) LANGUAGE sql AS 'SELECT 1'; RESET ROLE`,
                        name,
                    );
                }
                await session.query(sql`GRANT victim TO ${identifier(names[0] ?? "")}`);
            });
            afterEach(async () => {
                const { rows } = await admin.query<{ name: string }>(
                    "SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1)",
                    [names],
                );
                for (const { name } of rows) {
                    await named("DROP SCHEMA IF EXISTS %1$I CASCADE; DROP OWNED BY %1$I; DROP ROLE %1$I", name);
                }
            });

            it("finds and fixes what differs, and changes nothing else", async () => {
                const cluster = {
                    engine: "aurora-postgresql",
                    engineVersion: `${major}.1`,
                    databaseName: "app",
                    masterUsername: "master",
                    iamDatabaseAuthenticationEnabled: true,
                };
                const connection = {
                    host: "db.example",
                    port: "5432",
                    database: "app",
                    username: PROVISIONER,
                    awsRdsIamAuth: "true",
                };
                const of = { provider: urn(PROVIDER, "database") };
                const resources = resourcesOf([
                    {
                        type: "aws:rds/cluster:Cluster",
                        name: "db",
                        inputs: cluster,
                        outputs: { ...cluster, endpoint: "db.example", port: 5432 },
                    },
                    { type: PROVIDER, name: "database", inputs: connection, outputs: connection },
                    { ...of, type: "postgresql:index/role:Role", name: "victim", inputs: { name: "victim" } },
                    ...names.flatMap((name, index) => [
                        {
                            ...of,
                            type: "postgresql:index/role:Role",
                            name: `role-${index}`,
                            inputs: { name, login: true, roles: ["rds_iam"] },
                        },
                        {
                            ...of,
                            type: "postgresql:index/schema:Schema",
                            name: `schema-${index}`,
                            inputs: { name, database: "app", owner: name },
                        },
                    ]),
                ]);
                const ask: Ask = async (_, statement) => (await admin.query<Row>(statement)).rows;
                const look = async () =>
                    findDrift(resources, await readFacts(ask, ["app"]), {
                        server: "db",
                        breakGlass: "keyless_breakglass",
                    });
                const fixed = async () =>
                    (await fixAll(() => Promise.resolve(admin), await look())).flatMap(({ failure, finding }) =>
                        failure === undefined ? [] : [failure, ...finding.sql.map(String)],
                    );
                // Not part of the declaration: PUBLIC's EXECUTE on routines, the database open to PUBLIC, one membership.
                assert.deepEqual(await fixed(), []);
                const [wanted, before] = [await factsOf(admin), await look()];
                assert.deepEqual(before, []);
                for (const name of names) {
                    await named(
                        `GRANT ALL ON SCHEMA %1$I TO PUBLIC; GRANT ALL ON TABLE %1$I.%1$I TO PUBLIC; GRANT SELECT (%1$I) ON %1$I.%1$I TO victim WITH GRANT OPTION; GRANT ALL ON ALL ROUTINES IN SCHEMA %1$I TO victim;
                        ALTER DEFAULT PRIVILEGES FOR ROLE %1$I IN SCHEMA %1$I GRANT ALL ON TABLES TO victim; ALTER ROLE %1$I CREATEDB CONNECTION LIMIT 3; ALTER ROLE %1$I SET application_name TO %1$L;
                        ALTER ROLE %1$I IN DATABASE app SET search_path TO %1$I, victim; ALTER ROUTINE %1$I.%1$I() OWNER TO victim; GRANT %1$I TO victim`,
                        name,
                    );
                }
                assert.deepEqual(await fixed(), []);
                // The expected access list is unknown until the owner is the declared one.
                assert.deepEqual(await fixed(), []);
                assert.deepEqual(await look(), []);
                assert.deepEqual(await factsOf(admin), wanted);
                const [server] = accessOf(resources).servers;
                const columns = await readColumns(ask, "app");
                const trials =
                    server === undefined ? [] : new DatabaseTrials(server.rights, "app", columns).of(names[0] ?? "");
                for (const { statement, passes } of trials) {
                    await admin.query("BEGIN");
                    await admin
                        .query(statement)
                        .catch((error: Error & { code?: string }) =>
                            assert.ok(passes.includes(error.code ?? ""), `${error.message}: ${String(statement)}`),
                        );
                    await admin.query("ROLLBACK");
                }
                await admin.query("GRANT CONNECT, TEMP ON DATABASE app TO PUBLIC");
            });

            it("makes samples in these schemas alone", async () => {
                const before = await factsOf(admin);
                const samples = names.map((name) => ({ database: "app", schema: name, owner: name, name: "sample" }));
                assert.deepEqual(await makeSamples((database) => postgres.guardedAdmin(database), samples), []);
                assert.deepEqual(
                    added(before, await factsOf(admin)).filter(({ names: [place = ""] }) => !names.includes(place)),
                    [],
                );
            });

            const again = () => Promise.reject(new Error("no other session"));
            const schemaOption = (name: string) =>
                dumpArguments({ schema: name, owner: name }, "")
                    .flatMap((argument) => /^--schema=(.*)$/s.exec(argument)?.slice(1) ?? [])
                    .join();
            /** What pg_dump writes: the table of the catalog and the id of each object. */
            const dumped = async (name: string) => {
                const file = join(dir, "dump");
                await promisify(execFile)(
                    clientProgram("pg_dump"),
                    dumpArguments({ schema: name, owner: name }, file),
                    {
                        env: programs,
                    },
                );
                const { stdout } = await promisify(execFile)(clientProgram("pg_restore"), ["--list", file]);
                return sorted([...stdout.matchAll(/^\d+; ([1-9]\d* \d+) /gm)].flatMap(([, id = ""]) => id));
            };
            const objectsOf = async (name: string) => {
                const { rows } = await admin.query<{ id: string }>(
                    `SELECT tableoid || ' ' || oid AS id FROM (SELECT tableoid, oid, oid AS schema FROM pg_namespace
                        UNION ALL SELECT tableoid, oid, relnamespace FROM pg_class WHERE relkind = 'r'
                        UNION ALL SELECT tableoid, oid, pronamespace FROM pg_proc) o WHERE schema = to_regnamespace(quote_ident($1))`,
                    [name],
                );
                return sorted(rows.map(({ id }) => id));
            };
            /** Runs statements from a terminal's output, in psql where there is one. */
            const runAsPrinted = async (lines: readonly string[]) => {
                if (clientMajor() === 0) {
                    for (const line of lines) {
                        await person.query(line);
                    }
                    return;
                }
                const psql = promisify(execFile)(clientProgram("psql"), ["-X", "-q", "--set=ON_ERROR_STOP=1"], {
                    env: programs,
                });
                psql.child.stdin?.end(lines.join("\n"));
                assert.deepEqual(await psql, { stdout: "", stderr: "" });
            };

            it("makes the provisioner a member of their owners' roles for an export, and of no other", async () => {
                const joined = async () => {
                    const option = major >= 16 ? "SET" : "MEMBER";
                    const { rows } = await session.query<{ name: string }>(
                        sql`SELECT rolname AS name FROM pg_roles WHERE oid >= 16384 AND pg_has_role(oid, ${parameter(option)})
                            AND rolname <> ALL (ARRAY[current_user, 'victim', 'rds_iam'])`,
                    );
                    return sorted(rows.map((row) => row.name));
                };
                const before = await factsOf(admin);
                assert.deepEqual(await joined(), []);
                const forgetful = {
                    query: <R extends QueryResultRow>(statement: Sql) =>
                        statement.text.startsWith("REVOKE")
                            ? Promise.reject(new Error("the session has ended"))
                            : session.query<R>(statement),
                };
                const lines: string[] = [];
                const joining = { again, member: PROVISIONER };
                for (const owner of names) {
                    await joinForExport({ ...joining, session, owner }, async () =>
                        assert.deepEqual(await joined(), [owner]),
                    );
                }
                for (const owner of names) {
                    const message = await joinForExport({ ...joining, session: forgetful, owner }, () =>
                        Promise.resolve(),
                    ).then(
                        () => "",
                        (error: Error) => error.message,
                    );
                    lines.push(message.slice(message.indexOf("\n    ") + 5));
                }
                assert.deepEqual(await joined(), sorted(names));
                await runAsPrinted(lines);
                assert.deepEqual(await factsOf(admin), before);
            });

            it("exports these schemas alone, and names their casts", async () => {
                // A dump takes a tenth of a second: those that the rules of patterns could read in another way.
                const sample =
                    major === clientMajor() ? names.filter((name) => /["*?|.$\\A-Z]/.test(name)).slice(0, 16) : [];
                for (const name of names) {
                    await named("CREATE CAST (%1$I.%1$I AS int[]) WITH INOUT", name);
                }
                for (const name of names) {
                    const { rows } = await admin.query<{ cast: string; matched: string[] }>(
                        `SELECT pg_catalog.format('(%I.%I AS integer[])', $1::text, $1) AS cast,
                            ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname OPERATOR(pg_catalog.~) $2 COLLATE pg_catalog.default) AS matched`,
                        [name, expressionOf(schemaOption(name))],
                    );
                    assert.deepEqual(rows, [{ cast: (await castsOf(session, name)).join(), matched: [name] }]);
                    if (sample.includes(name)) {
                        await joinForExport({ session, again, member: PROVISIONER, owner: name }, async () =>
                            assert.deepEqual(await dumped(name), await objectsOf(name)),
                        );
                    }
                }
            });

            /** Runs the statements that the error suggests, as many times as dependencies require. */
            const follow = async (name: string) => {
                for (let round = 0; round < 4; round += 1) {
                    const refusal = await refuseBelongings(leaving, [name]).then(
                        () => "",
                        (error: Error) => error.message,
                    );
                    for (const line of refusal
                        .split("\n")
                        .filter((one) => one.startsWith("    ") && !one.includes(" OWNER TO "))) {
                        await person.query(line).catch(() => person.query("ROLLBACK"));
                    }
                }
            };

            it("takes them away, and says statements that take away what they still own", async () => {
                const others = new Set(
                    (await factsOf(admin))
                        .filter((fact) => !fact.names.some((name) => names.includes(name)))
                        .map((fact) => JSON.stringify(fact)),
                );
                await asMember(session, names, async () => {
                    const { rows } = await session.query<{ name: string }>(
                        sql`SELECT rolname AS name FROM pg_roles WHERE oid >= 16384 AND pg_has_role(oid, 'MEMBER') AND rolname <> ALL (ARRAY[current_user, 'victim', 'rds_iam'])`,
                    );
                    assert.deepEqual(sorted(rows.map(({ name }) => name)), sorted(names));
                });
                await leaving.exclusively(async () => {
                    for (const name of names) {
                        await resetRole(leaving, name);
                        await closeLogin(leaving, name);
                        await takeMemberships(leaving, name, ["victim", "rds_iam", ...names]);
                    }
                    for (const name of names) {
                        await follow(name);
                        await refuseBelongings(leaving, [name]);
                        await takePrivileges(leaving, name);
                        await (await leaving.session()).query(sql`DROP ROLE ${identifier(name)}`);
                    }
                });
                const now = (await factsOf(admin)).map((fact) => JSON.stringify(fact));
                assert.deepEqual(
                    now.filter((fact) => !others.has(fact)),
                    [],
                );
            });
        });
    });
}
